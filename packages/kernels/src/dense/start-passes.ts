import * as tf from '@tensorflow/tfjs';
import { CPU_BACKEND } from '../backend-name.ts';
import type { Heap } from '../heap/heap.ts';
import { startChecked, type SelfCheckCase } from '../self-check.ts';
import { compiledPasses, type DensePasses } from './passes.ts';

let current: DensePasses | undefined;

/** The compiled passes, if the CPU backend is in use and they passed their self-check. */
export function densePasses(): DensePasses | undefined {
  return tf.getBackend() === CPU_BACKEND ? current : undefined;
}

/** Starts the compiled passes. If they fail their self-check, tfjs's operations are used, with a warning. */
export function startDensePasses(heap: Heap): string[] {
  const fallback = "using tfjs's slower operations";
  const { part, warnings } = startChecked('the dense passes', compiledPasses(heap), casesOf, fallback);
  current = part;
  return warnings;
}

/** Rows are longer than a SIMD vector and not a multiple of its length. All sums are exact. */
function* casesOf(passes: DensePasses): Generator<SelfCheckCase> {
  const [rows, width] = [3, 9];
  const matrix = (stride: number, groups = 1): tf.Tensor =>
    tf.tensor(
      Array.from({ length: groups * rows * width }, (_, i) => ((i * stride) % 7) - 3),
      groups === 1 ? [rows, width] : [groups, rows, width],
    );
  const [x, y] = [matrix(3) as tf.Tensor2D, matrix(5, 2)];
  const vector = tf.range(0, width);
  const wide = tf.range(0, width * 21).reshape<tf.Tensor2D>([width, 21]);
  const onAndOff = tf.sub<tf.Tensor2D>(tf.mod(wide, 5), 2);
  // More rows than blocks; every third column has a non-zero value, in the last row.
  const last = tf.tile(tf.tensor1d([0, 0, 1]), [7]).expandDims<tf.Tensor2D>(0);
  const few = tf.concat2d([tf.zeros([20, 21]), last], 0);
  const cases: [string, tf.Tensor | number, tf.Tensor][] = [
    ['squaredError', passes.squaredError(x, y), tf.sum(tf.squaredDifference(x, y))],
    ['scaledDifference', passes.scaledDifference(x, y, 0.5), tf.mul(tf.sub(y, x), 0.5)],
    ['subtractVector', passes.subtractVector(x, vector), tf.sub(x, vector)],
    ['vectorProduct', passes.vectorProduct(vector, wide), tf.matMul(vector.expandDims(0), wide).flatten()],
    ['scaleRows', passes.scaleRows(wide, vector), tf.mul(wide, vector.expandDims(1))],
    ['repeatRow', passes.repeatRow(vector, 3), tf.tile(vector.expandDims(0), [3, 1])],
    ['positivePart', passes.positivePart(x), tf.relu(x)],
    ['whereOn', passes.whereOn(wide, onAndOff), tf.mul(wide, tf.step(onAndOff))],
    ['nonZeroColumns', passes.nonZeroColumns(few), tf.step(tf.sum(tf.abs(few), 0))],
    ['rowSquareSums', passes.rowSquareSums(x), tf.sum(tf.square(x), 1)],
  ];
  for (const [name, actual, expected] of cases) yield { name, actual, expected };
}
