import * as tf from '@tensorflow/tfjs';
import * as reference from './reference.ts';
import { chooseEntries } from './selection/choose-entries.ts';
import type { SparseKernels, SparseTensor } from './sparse-kernels.ts';
import { arraysOf, supportOf } from './support.ts';

/** The sparse operations in plain loops: slow, and the reference for the compiled ones. */
export const referenceKernels: SparseKernels = {
  select(x, W, bias, choices) {
    const z = tf.tidy(() => tf.fused.matMul({ a: x, b: W, transposeB: true, ...(bias && { bias }) }));
    const [rows, columns] = z.shape as [number, number];
    const numbers = read(z);
    z.dispose();
    return choices.map((choice) => {
      const { support, values } = chooseEntries(numbers, rows, columns, choice);
      return { support: supportOf(support), values: entries(values) };
    });
  },
  product(code, W, bias) {
    const width = W.shape[1];
    return tf.tensor2d(reference.product(plain(code), read(W), width, bias && read(bias)), [
      code.support.rows,
      width,
    ]);
  },
  productGradients(code, W, dy, frozen) {
    const width = W.shape[1];
    const dValues = entries(reference.valueGradient(arraysOf(code.support), read(dy), read(W), width));
    if (frozen) return { dValues };
    return { dValues, dW: tf.tensor2d(reference.weightGradient(plain(code), read(dy), width), W.shape) };
  },
  squaredError(x, code, W, bias, bounds) {
    const [rows, width] = x.shape;
    const { sum, errors, slopes } = reference.squaredError(
      read(x),
      plain(code),
      read(W),
      bounds,
      bias && read(bias),
    );
    return { sum, errors: tf.tensor3d(errors, [bounds.length, rows, width]), slopes: entries(slopes) };
  },
  squaredErrorGradients(code, W, errors, bounds, scale) {
    const [, rows, width] = errors.shape;
    const scaled = read(errors).map((value) => scale * value);
    const dW = reference.weightGradient(plain(code), scaled, width, bounds);
    const dBias = new Float32Array(width);
    for (let i = 0; i < rows * width; i++) dBias[i % width]! += scaled[i]!;
    return { dW: tf.tensor2d(dW, W.shape), dBias: tf.tensor1d(dBias) };
  },
  selectGradients(supports, W, dz, x) {
    const [columns, width] = W.shape;
    const dW = new Float32Array(columns * width);
    const dBias = new Float32Array(columns);
    let start = 0;
    for (const support of supports.map(arraysOf)) {
      const values = read(dz).subarray(start, start + support.columnOf.length);
      start += values.length;
      reference.weightGradient({ support, values }, read(x), width).forEach((value, i) => (dW[i]! += value));
      reference.sumColumns({ support, values }).forEach((value, i) => (dBias[i]! += value));
    }
    return { dW: tf.tensor2d(dW, W.shape), dBias: tf.tensor1d(dBias) };
  },
  gatherColumns(support, vector) {
    return entries(reference.gatherColumns(arraysOf(support), read(vector)));
  },
  sumColumns(code) {
    return tf.tensor1d(reference.sumColumns(plain(code)));
  },
  fired({ support, values }) {
    const fired = new Float32Array(support.columns);
    const { columnOf } = arraysOf(support);
    read(values).forEach((value, entry) => {
      if (value !== 0) fired[columnOf[entry]!] = 1;
    });
    return tf.tensor1d(fired);
  },
};

function plain({ support, values }: SparseTensor): reference.Sparse {
  return { support: arraysOf(support), values: read(values) };
}

function read(tensor: tf.Tensor): Float32Array {
  return tensor.dataSync<'float32'>();
}

function entries(values: Float32Array): tf.Tensor2D {
  return tf.tensor2d(values, [1, values.length]);
}
