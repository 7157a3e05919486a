/** Compiled passes over the rows of tensors that several callers share. */
import type * as tf from '@tensorflow/tfjs';
import type { Heap } from './heap.ts';

/** Columns that the compiled product of a vector computes at a time. */
const STRIP = 16;

/**
 * The sum of one number per row, added in the order of the rows, no matter which thread computed them.
 *
 * @param fill writes the numbers, [rows]
 */
export function sumOfRows(heap: Heap, rows: number, fill: (sums: number) => void): number {
  return heap.withScratch((scratch) => {
    const sums = scratch.allocate(rows);
    fill(sums);
    return heap.sum(sums, rows);
  });
}

/** Σ (x − y)² for x [rows, width] and y [rows, width] or [groups, rows, width]. */
export function squaredError(heap: Heap, x: tf.Tensor2D, y: tf.Tensor): number {
  const [rows, width] = x.shape;
  const all = y.size / width;
  return sumOfRows(heap, all, (sums) =>
    heap.rows('squaredErrors', all, [rows, width, heap.offset(x), heap.offset(y), sums]),
  );
}

/** scale · (y − x), of y's shape; shapes as for `squaredError`. */
export function scaledDifference(heap: Heap, x: tf.Tensor2D, y: tf.Tensor, scale: number): tf.Tensor {
  const [rows, width] = x.shape;
  const out = heap.make(y.shape);
  const operands = [heap.offset(x), heap.offset(y), scale, heap.offset(out)] as const;
  heap.rows('scaledDifference', y.size / width, [rows, width, ...operands]);
  return out;
}

/** vector · matrix, [width], for a vector [rows] and the first `rows` rows of a matrix. */
export function vectorProduct(heap: Heap, vector: tf.Tensor1D, matrix: tf.Tensor): tf.Tensor1D {
  const [rows, width] = [vector.size, matrix.shape.at(-1)!];
  const out = heap.make([width]) as tf.Tensor1D;
  const operands = [heap.offset(vector), heap.offset(matrix), heap.offset(out)] as const;
  heap.rows('vectorProduct', Math.ceil(width / STRIP), [rows, width, ...operands]);
  return out;
}
