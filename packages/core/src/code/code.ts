import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs';

/**
 * Which latents of a row of pre-activations stay on. Ties go to the lowest index.
 * `among` restricts the choice to the latents whose entry is 1 (a mask of shape [dSae]).
 */
export type Selection =
  /** z > 0. */
  | { readonly kind: 'positive' }
  /** The k largest of the row, of those that are > 0. */
  | { readonly kind: 'topK'; readonly k: number; readonly among?: Tensor1D }
  /** z > θ, a threshold per latent, shape [dSae]. No gradient reaches θ. */
  | { readonly kind: 'above'; readonly theta: Tensor1D };

export const positive = (): Selection => ({ kind: 'positive' });
export const topK = (k: number, options: { among?: Tensor1D } = {}): Selection => ({
  kind: 'topK',
  k,
  ...options,
});
export const above = (theta: Tensor1D): Selection => ({ kind: 'above', theta });

/**
 * A differentiable sparse matrix [B, dSae]: which latents are on in which row (the support) and
 * their values, which lie on the gradient tape. Entries outside the support are 0.
 */
export interface Code {
  /**
   * Applies an elementwise function to the values. `perLatent` vectors (shape [dSae]) come aligned to the
   * values, so that `fn` reads as if it had one latent before it. The support stays as it is: entries
   * outside it remain 0 even where fn(0) is not.
   */
  map(fn: (values: Tensor2D, ...perLatent: Tensor2D[]) => Tensor2D, ...perLatent: Tensor1D[]): Code;
  /** Sum of all values, optionally each times its latent's weight (shape [dSae]). */
  sum(weight?: Tensor1D): Scalar;
  /** Number of entries ≠ 0 (not of entries in the support). */
  countNonZero(): Scalar;
  /** 1 for each latent with an entry ≠ 0 in any row, shape [dSae]. */
  fired(): Tensor1D;
  /** The matrix itself, shape [B, dSae]. */
  toDense(): Tensor2D;
}

export interface EncodeArgs<Names extends string> {
  /** Activations, [B, dIn]. Data: no gradient reaches them. */
  x: Tensor2D;
  /** Subtracted from x; shape [dIn]. Its gradient is −(Σ_b ∂z_b)·W, one vector times a matrix. */
  center?: Tensor1D;
  /** [dSae, dIn]: a latent is a row. */
  W: Tensor2D;
  /** Shape [dSae]. */
  bias?: Tensor1D;
  /** One product, several codes taken from it. */
  select: Record<Names, Selection>;
}

export interface CodeOps {
  /** Pre-activations z = (x − center)·Wᵀ + bias, and from them one code per selection. */
  encode<Names extends string>(args: EncodeArgs<Names>): Record<Names, Code>;
  /** code·W + bias, [B, dIn]. With `frozen`, no gradient reaches W and bias. */
  decode(code: Code, W: Tensor2D, bias?: Tensor1D, options?: { frozen?: boolean }): Tensor2D;
}
