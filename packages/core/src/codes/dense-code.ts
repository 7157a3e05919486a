import { densePasses } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import type { Code } from './code.ts';
import { detached, withGradient } from './with-gradient.ts';

/** A code as an ordinary [B, dSae] tensor; runs on any tfjs backend. */
export class DenseCode implements Code {
  readonly layout = 'dense';
  readonly values: tf.Tensor2D;
  /** 1 on the support, 0 elsewhere. Computed on first use: most codes never need it. */
  readonly #support: () => tf.Tensor2D;

  constructor(values: tf.Tensor2D, support: () => tf.Tensor2D) {
    this.values = values;
    let mask: tf.Tensor2D | undefined;
    this.#support = () => (mask ??= support());
  }

  get shape(): [number, number] {
    return this.values.shape;
  }

  map(
    fn: (values: tf.Tensor2D, ...perLatent: tf.Tensor2D[]) => tf.Tensor2D,
    ...perLatent: tf.Tensor1D[]
  ): Code {
    const aligned = perLatent.map((vector) => vector.expandDims<tf.Tensor2D>(0));
    const mapped = tf.mul<tf.Tensor2D>(fn(this.values, ...aligned), this.#support());
    return new DenseCode(mapped, this.#support);
  }

  sum(weight?: tf.Tensor1D): tf.Scalar {
    const perLatent = columnSums(this.values);
    return tf.sum(weight === undefined ? perLatent : tf.mul(perLatent, weight));
  }

  sumRows(): tf.Tensor1D {
    return tf.matMul(this.values, tf.ones<tf.Rank.R2>([this.values.shape[1], 1])).flatten();
  }

  countNonZero(): tf.Scalar {
    return detached(() => tf.sum(tf.cast(tf.notEqual(this.values, 0), 'float32')));
  }

  smallestPositive(): tf.Scalar {
    return detached(() => {
      const positive = tf.greater(this.values, 0);
      return tf.min(tf.where(positive, this.values, tf.fill(this.values.shape, Infinity)));
    });
  }

  fired(): tf.Tensor1D {
    return detached(
      () =>
        densePasses()?.nonZeroColumns(this.values) ?? tf.step<tf.Tensor1D>(tf.sum(tf.abs(this.values), 0)),
    );
  }

  toDense(): tf.Tensor2D {
    return this.values;
  }
}

/** Sum over the rows, [dSae]. A product with ones is faster than tfjs's sum. */
function columnSums(values: tf.Tensor2D): tf.Tensor1D {
  const [rows] = values.shape;
  const product = (): tf.Tensor2D => tf.matMul(tf.ones<tf.Rank.R2>([1, rows]), values);
  const passes = densePasses();
  // Repeating a row is cheaper than the product's own gradient, an outer product.
  if (passes === undefined) return product().flatten();
  return withGradient(
    [values],
    () => ({ value: product().flatten(), saved: [] }),
    (dy) => [passes.repeatRow(dy, rows)],
  );
}
