/** Selections: which pre-activations of a batch stay on. */
import type { Tensor1D } from '@tensorflow/tfjs';

interface Masked {
  /** [dSae], 1 or 0: only latents with a 1 can be selected. */
  readonly mask?: Tensor1D;
}

/** Every pre-activation above 0: a ReLU. */
export interface Positive extends Masked {
  readonly kind: 'positive';
}

/** The k largest of each row, if positive. */
export interface TopK extends Masked {
  readonly kind: 'topK';
  readonly k: number;
}

/** The k·B largest of the whole batch, if positive. */
export interface BatchTopK extends Masked {
  readonly kind: 'batchTopK';
  readonly k: number;
}

/** Every pre-activation above θ − window/2, negative ones included. */
export interface Threshold extends Masked {
  readonly kind: 'threshold';
  /** [dSae], one threshold per latent. The selection passes no gradient to it; `jump` and `heaviside` do. */
  readonly theta: Tensor1D;
  readonly window: number;
}

/** Which pre-activations stay on. Ties go to the lowest latent, then to the first row. */
export type Selection = Positive | TopK | BatchTopK | Threshold;

/**
 * The selections to choose from. Each takes an optional `mask`, [dSae], that limits it to some latents.
 *
 * @example ops.encode({ x, W: W_enc, select: { code: select.topK(32) } })
 */
export const select = {
  /**
   * Selects every pre-activation above 0: a ReLU.
   *
   * @example select.positive()
   */
  positive: (options: Masked = {}): Positive => ({ kind: 'positive', ...options }),
  /**
   * Selects the k largest pre-activations of each row, if positive.
   *
   * @example select.topK(32)
   * @example select.topK(kAux, { mask: dead.mask })
   */
  topK: (k: number, options: Masked = {}): TopK => ({ kind: 'topK', k, ...options }),
  /**
   * Selects the k·B largest pre-activations of a batch of B rows, if positive: k per row on average.
   *
   * @example select.batchTopK(32)
   */
  batchTopK: (k: number, options: Masked = {}): BatchTopK => ({ kind: 'batchTopK', k, ...options }),
  /**
   * Selects every pre-activation above its latent's threshold θ, [dSae]. With a `window`, it also selects those up to
   * window/2 below θ, which straight-through estimators need.
   *
   * @example select.threshold(theta)
   * @example select.threshold(theta, { window: bandwidth })
   */
  threshold: (theta: Tensor1D, { window = 0, ...options }: Masked & { window?: number } = {}): Threshold => ({
    kind: 'threshold',
    theta,
    window,
    ...options,
  }),
};

/** Selections by the name of the code that each produces. */
export type Selections = Readonly<Record<string, Selection | undefined>>;
