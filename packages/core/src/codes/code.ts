/**
 * Codes: differentiable sparse matrices, what variants are written in. There are two implementations, `denseOps` on any
 * tfjs backend and `referenceOps` on the CPU, and a variant gets the same values and gradients from both.
 */
import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs';

interface Restricted {
  /** A mask of shape [dSae]: only latents whose entry is 1 may be chosen. */
  readonly among?: Tensor1D;
}

/** Which pre-activations z of a batch stay on. Of equal values the lowest index wins, row after row. */
export type Selection = Restricted &
  (
    | /** z > 0. */
      { readonly kind: 'positive' } /** The k largest of each row, of those that are > 0. */
    | {
        readonly kind: 'topK';
        readonly k: number;
      } /** The k·B largest of the batch, of those that are > 0. */
    | {
        readonly kind: 'batchTopK';
        readonly k: number;
      } /** z > θ − window/2, a threshold per latent, shape [dSae]. No gradient reaches θ from here: see `jump`. */
    | { readonly kind: 'threshold'; readonly theta: Tensor1D; readonly window: number }
  );

export const positive = (options: Restricted = {}): Selection => ({ kind: 'positive', ...options });
export const topK = (k: number, options: Restricted = {}): Selection => ({ kind: 'topK', k, ...options });
export const batchTopK = (k: number, options: Restricted = {}): Selection => ({
  kind: 'batchTopK',
  k,
  ...options,
});
export const threshold = (
  theta: Tensor1D,
  { window = 0, ...options }: Restricted & { window?: number } = {},
): Selection => ({ kind: 'threshold', theta, window, ...options });

/**
 * A differentiable sparse matrix [B, dSae]: which latents are on in which row (the support) and their values, which
 * lie on the gradient tape. Entries outside the support are 0; one in the support may be.
 */
export interface Code {
  /** [B, dSae]. */
  readonly shape: readonly [number, number];
  /** Which implementation it is of; for those who measure, not for variants. */
  readonly layout: 'dense' | 'sparse';
  /**
   * Applies an elementwise function to the values. `perLatent` vectors (shape [dSae]) come aligned to the values, so
   * that `fn` reads as if it had one latent before it; their gradients flow. The support stays as it is: entries
   * outside it remain 0 even where fn(0) is not.
   */
  map(fn: (values: Tensor2D, ...perLatent: Tensor2D[]) => Tensor2D, ...perLatent: Tensor1D[]): Code;
  /** Sum of all values, optionally each times its latent's weight (shape [dSae]). */
  sum(weight?: Tensor1D): Scalar;
  /** Sum of each row's values, [B]. */
  sumRows(): Tensor1D;
  /** Number of entries ≠ 0 (not of entries in the support). No gradient. */
  countNonZero(): Scalar;
  /** The smallest value > 0; +∞ where there is none. No gradient. */
  smallestPositive(): Scalar;
  /** 1 for each latent with an entry ≠ 0 in any row, [dSae]. No gradient. */
  fired(): Tensor1D;
  /** The matrix itself, [B, dSae]: for tests and small widths. */
  toDense(): Tensor2D;
}

/** Selections by name. */
export type Selections = Readonly<Record<string, Selection | undefined>>;
/** A code for each selection. */
export type CodesOf<S extends Selections> = { -readonly [Name in keyof S]: Code };

export interface EncodeArgs<S extends Selections> {
  /** Activations, [B, dIn]. Data: no gradient reaches them. */
  x: Tensor2D;
  /** Subtracted from x; shape [dIn]. Its gradient is −(Σ_b ∂z_b)·W, one vector times a matrix. */
  center?: Tensor1D;
  /** [dSae, dIn]: a latent is a row. */
  W: Tensor2D;
  /** [dSae]. */
  bias?: Tensor1D;
  /** One product, several codes taken from it. */
  select: S;
  /** The share of entries that selections without a limit will choose, where that is known: it decides how, not which. */
  density?: number;
}

export interface CodeOps {
  /** Pre-activations z = (x − center)·Wᵀ + bias, and from them one code per selection, with the values z. */
  encode<S extends Selections>(args: EncodeArgs<S>): CodesOf<S>;
  /** code·W + bias, [B, dIn]. With `frozen`, no gradient reaches W and bias. */
  decode(code: Code, W: Tensor2D, bias?: Tensor1D, options?: { frozen?: boolean }): Tensor2D;
  /**
   * Σ ‖x − (code·W + bias)‖² over the batch, in one pass with what its gradients are made of: the faster way where a loss
   * needs the reconstruction for nothing else.
   *
   * @param x a constant: no gradient reaches it
   * @param options bounds: rising numbers of latents, for nested dictionaries; the sum is over the reconstructions
   *   code[:, :bounds[g]]·W[:bounds[g]] + bias. frozen: no gradient reaches W and bias
   */
  sumSquaredError(
    x: Tensor2D,
    code: Code,
    W: Tensor2D,
    bias?: Tensor1D,
    options?: { bounds?: readonly number[]; frozen?: boolean },
  ): Scalar;
}
