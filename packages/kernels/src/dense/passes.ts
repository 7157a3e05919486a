/** Passes over whole matrices by the compiled kernels. Each replaces several operations of tfjs. */
import type * as tf from '@tensorflow/tfjs';
import type { Heap } from '../heap/heap.ts';
import { scaledDifference, squaredError, vectorProduct } from '../heap/row-passes.ts';

/** Blocks of rows that are searched for non-zero values in parallel. */
const BLOCKS = 16;

export interface DensePasses {
  /** Σ (x − y)² for x [rows, width] and y [rows, width] or [groups, rows, width]. */
  squaredError(x: tf.Tensor2D, y: tf.Tensor): number;
  /** scale · (y − x), of y's shape. */
  scaledDifference(x: tf.Tensor2D, y: tf.Tensor, scale: number): tf.Tensor;
  /** x − vector for each row of x, [rows, width]. */
  subtractVector(x: tf.Tensor2D, vector: tf.Tensor1D): tf.Tensor2D;
  /** vector · matrix, [width], for a vector [rows] and the first `rows` rows of the matrix. */
  vectorProduct(vector: tf.Tensor1D, matrix: tf.Tensor): tf.Tensor1D;
  /** A matrix with the vector in every row, [rows, width]. */
  repeatRow(vector: tf.Tensor1D, rows: number): tf.Tensor2D;
  /** max(a, 0). */
  positivePart(a: tf.Tensor2D): tf.Tensor2D;
  /** a where `values` is positive, else 0; both [rows, width]. */
  whereOn(a: tf.Tensor2D, values: tf.Tensor2D): tf.Tensor2D;
  /** 1 for each column with a non-zero value, else 0; [width]. */
  nonZeroColumns(a: tf.Tensor2D): tf.Tensor1D;
  /** Each row of a matrix times its factor, [rows, width]. */
  scaleRows(a: tf.Tensor2D, factors: tf.Tensor1D): tf.Tensor2D;
  /** Σ a² of each row, [rows]. */
  rowSquareSums(a: tf.Tensor2D): tf.Tensor1D;
}

export function compiledPasses(heap: Heap): DensePasses {
  /** Runs a kernel that computes each row of the result from a row of `a` and another operand. */
  const rowByRow = (
    kernel: 'subtractVector' | 'whereOn' | 'scaleRows',
    a: tf.Tensor2D,
    other: tf.Tensor,
  ): tf.Tensor2D => {
    const [rows, width] = a.shape;
    const out = heap.make(a.shape) as tf.Tensor2D;
    heap.rows(kernel, rows, [width, heap.offset(a), heap.offset(other), heap.offset(out)]);
    return out;
  };
  return {
    squaredError: (x, y) => squaredError(heap, x, y),
    scaledDifference: (x, y, scale) => scaledDifference(heap, x, y, scale),
    subtractVector: (x, vector) => rowByRow('subtractVector', x, vector),
    vectorProduct: (vector, matrix) => vectorProduct(heap, vector, matrix),
    repeatRow(vector, rows) {
      const out = heap.make([rows, vector.size]) as tf.Tensor2D;
      heap.rows('repeatRow', rows, [vector.size, heap.offset(vector), heap.offset(out)]);
      return out;
    },
    positivePart(a) {
      const [rows, width] = a.shape;
      const out = heap.make(a.shape) as tf.Tensor2D;
      heap.rows('positivePart', rows, [width, heap.offset(a), heap.offset(out)]);
      return out;
    },
    whereOn: (a, values) => rowByRow('whereOn', a, values),
    nonZeroColumns(a) {
      const [rows, width] = a.shape;
      const out = heap.make([width]) as tf.Tensor1D;
      heap.withScratch((scratch) => {
        const ofBlocks = scratch.allocate(BLOCKS * width);
        heap.rows('nonZeroColumns', BLOCKS, [BLOCKS, rows, width, heap.offset(a), ofBlocks]);
        heap.run.nonZeroColumns(0, 1, 1, BLOCKS, width, ofBlocks, heap.offset(out));
      });
      return out;
    },
    scaleRows: (a, factors) => rowByRow('scaleRows', a, factors),
    rowSquareSums(a) {
      const [rows, width] = a.shape;
      const out = heap.make([rows]) as tf.Tensor1D;
      heap.rows('squareSums', rows, [width, heap.offset(a), heap.offset(out)]);
      return out;
    },
  };
}
