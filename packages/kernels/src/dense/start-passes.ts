import * as tf from '@tensorflow/tfjs';
import { cpuBackendName } from '../backend-name.ts';
import type { Heap } from '../heap/heap.ts';
import { unwrittenGradient } from '../sparse/entry-gradients.ts';
import { compiledPasses, type DensePasses } from './passes.ts';

let current: DensePasses | undefined;

/** The compiled passes, where the CPU backend is in use and they passed their check when it started. */
export function densePasses(): DensePasses | undefined {
  return tf.getBackend() === cpuBackendName ? current : undefined;
}

/** Tries the passes on a small case; a wrong answer leaves the work to tfjs's operations, with a line of warning. */
export function startDensePasses(heap: Heap): string[] {
  const passes = compiledPasses(heap);
  const wrong = tf.tidy(() => {
    try {
      return firstWrong(passes, heap);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  });
  current = wrong === undefined ? passes : undefined;
  if (wrong === undefined) return [];
  return [
    `sae-cpu: the dense passes failed their self-check (${wrong}); tfjs's own, slower operations are used`,
  ];
}

/** Rows wider than a vector of the processor, of which 4 does not divide the width; numbers that are exact. */
function firstWrong(passes: DensePasses, heap: Heap): string | undefined {
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
  // More rows than blocks; every third column has a number that is not 0, in the last row.
  const last = tf.tile(tf.tensor1d([0, 0, 1]), [7]).expandDims<tf.Tensor2D>(0);
  const few = tf.concat2d([tf.zeros([20, 21]), last], 0);
  // With β = 0 and a huge ε a step is the gradient; of a row with norm 1 only what is across it.
  const unit = tf.oneHot(tf.tensor1d([0, 4, 8], 'int32'), width).cast('float32');
  const step = { scale: 2, beta1: 0, beta2: 0, stepSize: 2 ** 20, rootCorrection: 1, epsilon: 2 ** 20 };
  const zeros = { m: tf.zerosLike(x), v: tf.zerosLike(x), gradient: matrix(2) };
  const moved = passes.adam({ ...step, ...zeros, parameter: matrix(1), isUnit: false });
  const turned = passes.adam({ ...step, ...zeros, parameter: unit, scale: 0, isUnit: true });
  const whole = (numbers: number[]): tf.Tensor1D => tf.tensor1d(numbers, 'int32');
  // The first row's two entries are of the first bound, the third row's one is of the second.
  const gradient = unwrittenGradient(heap, {
    rows,
    columns: rows,
    columnStart: whole([0, 2, 2, 3]),
    rowOf: whole([0, 2, 1]),
    values: tf.tensor1d([1, 2, 3]),
    dy: y,
    bounds: [2, 3],
  });
  const [y00, y02, y11] = [0, 2, rows + 1].map((row) =>
    y.reshape([2 * rows, width]).slice([row, 0], [1, width]),
  );
  const rowsOfGradient = [y00!.add(y02!.mul(2)), tf.zerosLike(y00!), y11!.mul(3)] as tf.Tensor2D[];
  const squares = passes.squareSum(gradient);
  const made = passes.adam({ ...step, ...zeros, parameter: matrix(1), isUnit: false, gradient });
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
    ['squareSum', passes.squareSum(y), tf.sum(tf.square(y))],
    ['squareSum of entries', squares, tf.sum(tf.square(tf.concat2d(rowsOfGradient, 0)))],
    ['adam', moved.parameter, tf.sub(matrix(1), tf.mul(2, matrix(2)))],
    ['adam of entries', made.parameter, tf.sub(matrix(1), tf.mul(2, tf.concat2d(rowsOfGradient, 0)))],
    ['an unwritten gradient', tf.mul(1, gradient), tf.concat2d(rowsOfGradient, 0)],
    ['the second moment of adam', moved.v, tf.square(tf.mul(2, matrix(2)))],
    ['the norm of rows', turned.parameter, unit],
  ];
  return cases.find(([, actual, expected]) => {
    const numbers = typeof actual === 'number' ? [actual] : actual.dataSync();
    // Adam's quotient is not exact.
    return expected
      .dataSync()
      .some((value, i) => !(Math.abs(numbers[i]! - value) <= 1e-4 * (1 + Math.abs(value))));
  })?.[0];
}
