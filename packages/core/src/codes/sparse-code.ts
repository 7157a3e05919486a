import {
  arraysOf,
  gatherRows,
  sumRows,
  tensorsOf,
  withTensors,
  type SparseKernels,
  type Support,
} from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import type { Code } from './code.ts';
import { detached, withGradient } from './with-gradient.ts';

/** A code as the values of its support, [1, entries]. CPU only, since it reads values synchronously. */
export class SparseCode implements Code {
  readonly layout = 'sparse';
  readonly values: tf.Tensor2D;
  readonly support: Support;
  readonly #kernels: () => SparseKernels;

  constructor(values: tf.Tensor2D, support: Support, kernels: () => SparseKernels) {
    this.values = values;
    this.support = support;
    this.#kernels = kernels;
  }

  get shape(): [number, number] {
    return [this.support.rows, this.support.columns];
  }

  map(
    fn: (values: tf.Tensor2D, ...perLatent: tf.Tensor2D[]) => tf.Tensor2D,
    ...perLatent: tf.Tensor1D[]
  ): Code {
    const aligned = perLatent.map((vector) => this.#align(vector));
    return new SparseCode(fn(this.values, ...aligned), this.support, this.#kernels);
  }

  sum(weight?: tf.Tensor1D): tf.Scalar {
    // tfjs's gradient of a sum multiplies a tensor of ones, which for this many values takes as long as a kernel.
    const { values, support } = this;
    if (weight === undefined) {
      return withGradient(
        [values],
        () => ({ value: tf.sum(values), saved: [] }),
        (dy) => [tf.fill(values.shape, read(dy)[0]!)],
      );
    }
    return withGradient(
      [values, weight],
      () => {
        const weights = this.#kernels().gatherColumns(support, weight);
        return { value: tf.sum(tf.mul(values, weights)), saved: [values, weights, ...tensorsOf(support)] };
      },
      (dy, [kept, weights, ...saved]) => {
        const matrix = { support: withTensors(support, saved), values: kept };
        return [tf.mul(weights, dy), tf.mul(this.#kernels().sumColumns(matrix), dy)];
      },
    );
  }

  sumRows(): tf.Tensor1D {
    const support = arraysOf(this.support);
    return withGradient(
      [this.values],
      () => ({ value: tf.tensor1d(sumRows({ support, values: read(this.values) })), saved: [] }),
      (dy) => [entries(gatherRows(support, read(dy)))],
    );
  }

  countNonZero(): tf.Scalar {
    const values = read(this.values);
    let count = 0;
    // By index, here and below: `for … of` takes ten times as long on this many values.
    for (let entry = 0; entry < values.length; entry++) if (values[entry] !== 0) count++;
    return tf.scalar(count);
  }

  smallestPositive(): tf.Scalar {
    const values = read(this.values);
    let least = Infinity;
    for (let entry = 0; entry < values.length; entry++) {
      const value = values[entry]!;
      if (value > 0 && value < least) least = value;
    }
    return tf.scalar(least);
  }

  fired(): tf.Tensor1D {
    return detached(() => this.#kernels().fired(this));
  }

  toDense(): tf.Tensor2D {
    const support = arraysOf(this.support);
    const { rows, columns, rowStart, columnOf } = support;
    const rowOf = gatherRows(
      support,
      Float32Array.from({ length: rows }, (_, row) => row),
    );
    const place = (entry: number): number => rowOf[entry]! * columns + columnOf[entry]!;
    return withGradient(
      [this.values],
      () => {
        const dense = new Float32Array(rows * columns);
        read(this.values).forEach((value, entry) => (dense[place(entry)] = value));
        return { value: tf.tensor2d(dense, [rows, columns]), saved: [] };
      },
      (dy) => {
        const dense = read(dy);
        return [entries(Float32Array.from({ length: rowStart[rows]! }, (_, entry) => dense[place(entry)]!))];
      },
    );
  }

  #align(perLatent: tf.Tensor1D): tf.Tensor2D {
    const { support } = this;
    return withGradient(
      [perLatent],
      () => ({ value: this.#kernels().gatherColumns(support, perLatent), saved: tensorsOf(support) }),
      (dy, saved) => [this.#kernels().sumColumns({ support: withTensors(support, saved), values: dy })],
    );
  }
}

/** A tensor's values, read synchronously, which only the CPU backend can do. */
export function read(tensor: tf.Tensor): Float32Array {
  return tensor.dataSync<'float32'>();
}

function entries(values: Float32Array): tf.Tensor2D {
  return tf.tensor2d(values, [1, values.length]);
}
