/**
 * Codes: differentiable sparse matrices, and the operations that variants are written in. `denseOps` implements them on
 * any tfjs backend, `sparseOps` on the CPU. Both give the same values and gradients.
 */
import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { Selections } from './selection.ts';

/**
 * The latents that are on, and their values: a differentiable sparse matrix [B, dSae]. The set of entries is the code's
 * support; it is fixed when the code is selected. Gradients flow through the values.
 */
export interface Code {
  /** [B, dSae]. */
  readonly shape: readonly [number, number];
  /** How the code is stored. Variants must not depend on it. */
  readonly layout: 'dense' | 'sparse';
  /**
   * Applies an elementwise function to the values. Each `perLatent` vector, [dSae], is passed aligned to the values, and
   * gradients flow back to it. Entries outside the support stay 0, even where fn(0) is not.
   *
   * @example code.map((values) => tf.square(values))
   * @example code.map((values, bias) => tf.add(values, bias), b_gate)
   */
  map(fn: (values: Tensor2D, ...perLatent: Tensor2D[]) => Tensor2D, ...perLatent: Tensor1D[]): Code;
  /**
   * Sum of all values, each optionally times its latent's weight, [dSae].
   *
   * @example tf.div(code.sum(rowNorms(W_dec)), x.shape[0])
   */
  sum(weight?: Tensor1D): Scalar;
  /** Sum of each row's values, [B]. */
  sumRows(): Tensor1D;
  /** Number of entries that are not 0, without gradient. Divided by B, it is the batch's L0. */
  countNonZero(): Scalar;
  /** The smallest positive value, without gradient; +∞ if there is none. */
  smallestPositive(): Scalar;
  /** [dSae], 1 for each latent with a non-zero entry in any row, without gradient. */
  fired(): Tensor1D;
  /** The code as an ordinary matrix, [B, dSae]: for tests and small widths. */
  toDense(): Tensor2D;
}

/** One code per selection, under the selection's name. */
export type CodesOf<S extends Selections> = { -readonly [Name in keyof S]: Code };

/** What `ops.encode` takes. */
export interface EncodeArgs<S extends Selections> {
  /** Activations, [B, dIn]. They are data: no gradient reaches them. */
  x: Tensor2D;
  /** [dIn], subtracted from x. Its gradient costs one vector-matrix product. */
  center?: Tensor1D;
  /** Encoder, [dSae, dIn]: one row per latent. */
  W: Tensor2D;
  /** [dSae]. */
  bias?: Tensor1D;
  /** One or more selections from the same product, by the name of the code they produce. */
  select: S;
}

/** The operations on codes that a variant is given. */
export interface CodeOps {
  /**
   * Computes the pre-activations z = (x − center)·Wᵀ + bias once, and returns one code for each selection.
   *
   * @returns codes [B, dSae] with the selected values of z
   * @example
   * const { code } = ops.encode({ x, center: b_dec, W: W_enc, bias: b_enc, select: { code: select.topK(k) } });
   */
  encode<S extends Selections>(args: EncodeArgs<S>): CodesOf<S>;
  /**
   * code·W + bias, [B, dIn].
   *
   * @param W [dSae, dIn]
   * @param bias [dIn]
   * @param options frozen: pass no gradient to W and bias
   * @example ops.decode(code, W_dec, b_dec)
   */
  decode(code: Code, W: Tensor2D, bias?: Tensor1D, options?: { frozen?: boolean }): Tensor2D;
  /**
   * Σ ‖x − (code·W + bias)‖² over the batch, a scalar. It is faster than `decode` followed by a squared error, which would
   * read the decoder again.
   *
   * @param x [B, dIn]; no gradient reaches it
   * @param options bounds: rising numbers of latents, for nested dictionaries: the sum is over the reconstructions
   *   code[:, :bounds[g]]·W[:bounds[g]] + bias. frozen: pass no gradient to W and bias
   * @example tf.div(ops.sumSquaredError(x, code, W_dec, b_dec), x.shape[0])
   */
  sumSquaredError(
    x: Tensor2D,
    code: Code,
    W: Tensor2D,
    bias?: Tensor1D,
    options?: { bounds?: readonly number[]; frozen?: boolean },
  ): Scalar;
}
