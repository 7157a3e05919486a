import type { InferenceSae } from '../inference-sae.ts';

/** The formats of SAEs that can be loaded. */
export type ForeignFormat = 'saelens' | 'dictionary_learning' | 'sparsify' | 'gemma-scope';

/** What a file says about its SAE, apart from the mathematics. Fields that it does not state are absent. */
export interface ForeignOrigin {
  /** TransformerLens name, e.g. `blocks.3.hook_resid_post`. */
  readonly hookName?: string | undefined;
  readonly modelName?: string | undefined;
  /** Tokens per prompt in training. */
  readonly contextSize?: number | undefined;
  readonly prependBos?: boolean | undefined;
}

/** What a reader of one format returns. */
export interface ReadSae {
  /** For unscaled activations. */
  readonly sae: InferenceSae;
  /** The architecture as its project names it, e.g. `matryoshka_batchtopk`. */
  readonly architecture: string;
  readonly origin: ForeignOrigin;
  /** The configuration as it is in the file. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Sentences for the user, e.g. on a model that was loaded with other weights. */
  readonly warnings: readonly string[];
}
