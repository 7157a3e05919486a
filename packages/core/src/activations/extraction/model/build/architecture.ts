import type { ConfigFields } from './config-fields.ts';
import type { GraphBuilder } from './graph-builder.ts';

/** Builds the graphs of one family of models. */
export interface Architecture {
  /** `model_type` in config.json. */
  readonly modelTypes: readonly string[];
  /** `architectures` in config.json, for configs with another `model_type`. */
  readonly classNames: readonly string[];
  /**
   * Describes the whole model, from `input_ids` and `attention_mask` to the tensor `logits`, and names its hooks.
   *
   * @throws {SaeLabError} `model.invalid-config`, `model.unsupported-config`
   */
  describe(g: GraphBuilder, config: ConfigFields): Description;
}

/** How tensors can be named in checkpoints. */
export interface TensorNaming {
  /** Prefix of tensor names, e.g. `model.`. Checkpoints of the bare model leave it out. */
  readonly prefix: string;
  /** The embedding and the unembedding if they share their weights. Some checkpoints contain only the latter. */
  readonly tied?: { readonly embedding: string; readonly unembedding: string } | undefined;
}

export interface Description extends TensorNaming {
  /** TransformerLens hooks that the architecture lacks, such as `hook_resid_mid`, and why. */
  readonly missingHooks: Readonly<Record<string, string>>;
}
