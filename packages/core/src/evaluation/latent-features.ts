/** What one latent does: the data of a page about it. */
export interface LatentFeatures {
  readonly latent: number;
  /** Fraction of evaluated tokens on which it fired. */
  readonly density: number;
  readonly maxActivation: number;
  /** Nonzero activations: `edges` has one entry more than `counts`. */
  readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] };
  /** Quantiles of the nonzero activations by probability, e.g. `{ p: 0.5, value: 1.2 }`. */
  readonly quantiles: readonly { readonly p: number; readonly value: number }[];
  /** Strongest first, each from another document. */
  readonly top: readonly LatentExample[];
  /** Examples by band of activation, strongest band first. */
  readonly bands: readonly {
    readonly from: number;
    readonly to: number;
    readonly examples: readonly LatentExample[];
  }[];
  /** Tokens whose logits the decoder row raises and lowers most; empty if the model's unembedding is unknown. */
  readonly raised: readonly TokenWeight[];
  readonly lowered: readonly TokenWeight[];
  /** Latents of this SAE with the most similar decoder rows. */
  readonly nearest: readonly { readonly latent: number; readonly cosine: number }[];
  /** The best match in each other SAE of the same pass. */
  readonly matches: readonly { readonly sae: string; readonly latent: number; readonly cosine: number }[];
}

/** A piece of text around the token on which a latent fires most. */
export interface LatentExample {
  readonly document: number;
  /** Position of `tokens[0]` in its piece. */
  readonly start: number;
  readonly tokens: readonly string[];
  /** The latent's activation on each token. */
  readonly activations: readonly number[];
  /** Index in `tokens` of the token that the example is about. */
  readonly at: number;
}

export interface TokenWeight {
  readonly token: string;
  readonly tokenId: number;
  readonly weight: number;
}
