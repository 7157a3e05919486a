/**
 * What two SAEs of one hook have in common. An evaluation measures one SAE, and does not depend on the SAEs that share its
 * pass; this measures a pair.
 */
import { z } from 'zod';
import type { Histogram } from '../histogram.ts';

/** Raised when the same pair gives other results. */
export const MATCHES_VERSION = 1;

export const matchSettings = z.strictObject({
  maxTokens: z
    .int()
    .positive()
    .max(1_000_000)
    .default(20_000)
    .describe('Maximum number of held-out activations on which latents are seen to fire.'),
});

export type MatchSettings = z.infer<typeof matchSettings>;

/**
 * The latents of one SAE of a pair, matched with those of the other. A latent that fired on no evaluated token, or whose
 * decoder row is zero, is silent: it is left out, and nothing matches it.
 */
export interface MatchedLatents {
  /** The latent of the other SAE whose decoder row has the largest cosine; −1 for a silent latent. */
  readonly best: Int32Array;
  /** That cosine; NaN for a silent latent. */
  readonly cosine: Float32Array;
  /** The latent that the one-to-one assignment gives it; −1 for a silent latent, or one that is left over. */
  readonly partner: Int32Array;
  /** The cosine to the partner; NaN without one. */
  readonly partnerCosine: Float32Array;
  /** Fraction of the evaluated tokens on which it fired. */
  readonly density: Float32Array;
  /** Share of these tokens on which the best match fired too; NaN for a silent latent. */
  readonly together: Float32Array;
}

/** What random directions of the same numbers and dimension have, so that the figures of a pair mean something. */
export interface RandomMatches {
  readonly match_best: number;
  readonly match_one_to_one: number;
  /** 99 % of random directions have a best match below this cosine. */
  readonly quantile99: number;
  /** Best-match cosines, both ways, and those of the one-to-one assignment. */
  readonly histograms: { readonly best: Histogram; readonly oneToOne: Histogram };
}

export interface SaeMatches {
  readonly a: MatchedLatents;
  readonly b: MatchedLatents;
  /** By key of `MATCH_FIGURES` in `@sae-lab/measures`. */
  readonly figures: Readonly<Record<string, number>>;
  readonly random: RandomMatches;
  readonly tokens: number;
  readonly documents: number;
}
