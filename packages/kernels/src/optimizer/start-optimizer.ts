import * as tf from '@tensorflow/tfjs';
import { CPU_BACKEND } from '../backend-name.ts';
import type { Heap } from '../heap/heap.ts';
import { startChecked, type SelfCheckCase } from '../self-check.ts';
import type { EntryGradients } from '../sparse/entry-gradients.ts';
import { compiledOptimizer, type Optimizer } from './compiled-optimizer.ts';

let current: Optimizer | undefined;

/** The compiled optimizer, if the CPU backend is in use and the optimizer passed its self-check. */
export function optimizer(): Optimizer | undefined {
  return tf.getBackend() === CPU_BACKEND ? current : undefined;
}

/** Starts the compiled optimizer. If it fails its self-check, tfjs's operations are used, with a warning. */
export function startOptimizer(heap: Heap, gradients: EntryGradients): string[] {
  const compiled = compiledOptimizer(heap, gradients);
  const fallback = "using tfjs's slower operations";
  const cases = () => casesOf(compiled, gradients);
  const { part, warnings } = startChecked('the optimizer', compiled, cases, fallback);
  current = part;
  return warnings;
}

/** Rows are longer than a SIMD vector and not a multiple of its length. All sums are exact. */
function* casesOf(compiled: Optimizer, gradients: EntryGradients): Generator<SelfCheckCase> {
  const [rows, width] = [3, 9];
  const matrix = (stride: number, groups = 1): tf.Tensor =>
    tf.tensor(
      Array.from({ length: groups * rows * width }, (_, i) => ((i * stride) % 7) - 3),
      groups === 1 ? [rows, width] : [groups, rows, width],
    );
  const [start, dy] = [matrix(1), matrix(5, 2)];
  yield { name: 'squareSum', actual: compiled.squareSum(dy), expected: tf.sum(tf.square(dy)) };

  // With β = 0 and a huge ε, a step subtracts the scaled gradient.
  const step = { scale: 2, beta1: 0, beta2: 0, stepSize: 2 ** 20, rootCorrection: 1, epsilon: 2 ** 20 };
  const zeros = { m: tf.zerosLike(start), v: tf.zerosLike(start), gradient: matrix(2) };
  const moved = compiled.adam({ ...step, ...zeros, parameter: matrix(1), isUnit: false });
  const doubled = tf.mul(2, matrix(2));
  // Adam's quotient is not exact.
  const tolerance = 1e-4;
  yield { name: 'adam', actual: moved.parameter, expected: tf.sub(start, doubled), tolerance };
  yield { name: 'second moment of adam', actual: moved.v, expected: tf.square(doubled), tolerance };
  const unit = tf.oneHot(tf.tensor1d([0, 4, 8], 'int32'), width).cast('float32');
  const turned = compiled.adam({ ...step, ...zeros, parameter: unit, scale: 0, isUnit: true });
  yield { name: 'norm of rows', actual: turned.parameter, expected: unit, tolerance };

  const int32 = (numbers: number[]): tf.Tensor1D => tf.tensor1d(numbers, 'int32');
  // The first row's two entries belong to the first bound, the third row's entry to the second.
  const gradient = gradients.make({
    rows,
    columns: rows,
    columnStart: int32([0, 2, 2, 3]),
    rowOf: int32([0, 2, 1]),
    values: tf.tensor1d([1, 2, 3]),
    dy,
    bounds: [2, 3],
  });
  const [y00, y02, y11] = [0, 2, rows + 1].map((row) =>
    dy.reshape([2 * rows, width]).slice([row, 0], [1, width]),
  );
  const rowsOfGradient = [y00!.add(y02!.mul(2)), tf.zerosLike(y00!), y11!.mul(3)] as tf.Tensor2D[];
  const materialised = tf.concat2d(rowsOfGradient, 0);
  yield {
    name: 'squareSum of entries',
    actual: compiled.squareSum(gradient),
    expected: tf.sum(tf.square(materialised)),
  };
  yield {
    name: 'adam of entries',
    actual: compiled.adam({ ...step, ...zeros, parameter: matrix(1), isUnit: false, gradient }).parameter,
    expected: tf.sub(start, tf.mul(2, materialised)),
    tolerance,
  };
  yield { name: 'materialised gradient', actual: tf.mul(1, gradient), expected: materialised };
}
