/**
 * What one latent does: the data of a page about it. Activations, quantiles and weights are rounded to five significant
 * digits.
 */
export interface LatentFeatures {
  readonly latent: number;
  /** Fraction of the evaluated tokens on which it fired. */
  readonly density: number;
  readonly maxActivation: number;
  /**
   * Activations above 0 in four bins per power of two. `edges` has one entry more than `counts`; both are empty if the
   * latent never fired.
   */
  readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] };
  /**
   * Quantiles of the activations above 0, e.g. `{ p: 0.5, value: 1.2 }`, with a relative error of at most 3.2 %. Empty if
   * the latent never fired.
   */
  readonly quantiles: readonly { readonly p: number; readonly value: number }[];
  /** Strongest first, each from another document. */
  readonly top: readonly LatentExample[];
  /** A sample of each band of activation that has any, the strongest band first. `from` belongs to a band, `to` does not. */
  readonly bands: readonly {
    readonly from: number;
    readonly to: number;
    readonly examples: readonly LatentExample[];
  }[];
  /**
   * Texts in which it is silent on every evaluated token, each from another document; few or none if it fires almost
   * everywhere.
   */
  readonly silent: readonly LatentText[];
  /** Tokens whose logits the decoder row raises and lowers most; empty if there is no direct path. */
  readonly raised: readonly TokenWeight[];
  readonly lowered: readonly TokenWeight[];
  /** Latents of this SAE with the most similar decoder rows. */
  readonly nearest: readonly { readonly latent: number; readonly cosine: number }[];
  /** The best match in each other SAE of the same pass. */
  readonly matches: readonly { readonly sae: string; readonly latent: number; readonly cosine: number }[];
}

/** A few tokens of the dataset. */
export interface LatentText {
  /** Index of the document in the dataset. */
  readonly document: number;
  /** Index of the piece in the document, as the extraction cut it. Context ends where the piece does. */
  readonly piece: number;
  /** Position of `tokens[0]` in its piece. */
  readonly start: number;
  readonly tokens: readonly string[];
}

/** A token on which a latent fires, with the text around it. */
export interface LatentExample extends LatentText {
  /** The latent's activation on each token; null where the extraction selected none, e.g. on special tokens. */
  readonly activations: readonly (number | null)[];
  /** Index in `tokens` of the token that the example is about. */
  readonly at: number;
}

export interface TokenWeight {
  readonly token: string;
  readonly tokenId: number;
  /** Change of its logit along the direct path, if the residual stream were the decoder row alone, rescaled to rms 1. */
  readonly weight: number;
}
