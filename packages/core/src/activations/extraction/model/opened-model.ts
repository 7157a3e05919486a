import type { ActivationSession, SessionOptions } from './activation-session.ts';
import type { Hook } from './hooks.ts';
import type { ModelConfig } from './model-config.ts';
import type { ModelFiles } from './model-source.ts';
import type { SplicedModel } from './splice/spliced-model.ts';
import type { SteerableModel } from './splice/steerable-model.ts';
import type { TextTokenizer } from './text-tokenizer.ts';
import type { FoundUnembedding } from './unembedding.ts';

/** A language model, whether its graph was exported to ONNX or is built from its weights in safetensors. */
export interface OpenedModel {
  readonly files: ModelFiles;
  readonly config: ModelConfig;
  readonly tokenizer: TextTokenizer;
  /** Every hook by name. A tensor can have several names. */
  hooks(): ReadonlyMap<string, Pick<Hook, 'tensor' | 'dIn'>>;
  /**
   * Finds hooks by TransformerLens name or module path.
   *
   * @throws {SaeLabError} `hook.unknown`, `hook.not-in-architecture`, `hook.ambiguous`
   */
  resolve(names: readonly string[]): Hook[];
  /**
   * The files that determine the activations of each hook, apart from the tokenizer. Downloads the weights of a model on
   * the hub.
   *
   * @returns the files by the tensor of the hook
   * @throws {SaeLabError} `model.*` for weights that are missing or do not fit the config, `hub.*`
   */
  filesOf(hooks: readonly Hook[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Part of the identity of activations from a built graph; undefined for an exported one, whose file determines it. */
  readonly buildVersion: number | undefined;
  /**
   * Opens the part of the model after its last layer, which shows how a direction in the residual stream changes the
   * logits. Downloads the weights of a model on the hub.
   *
   * @param hook where the direction comes from. There is no unembedding if its values are not added to the stream.
   * @param options `dataDir` takes the graph, if it is built, until it is closed
   * @throws {SaeLabError} `model.*`, `hub.*`
   */
  openUnembedding(
    hook: Hook,
    options: SessionOptions & { readonly dataDir: string },
  ): Promise<FoundUnembedding>;
  /**
   * @param hooks hooks with distinct tensors
   * @param options `dataDir` takes the graph, if it is built, until the session is closed
   * @throws {SaeLabError} `model.*`
   */
  open(
    hooks: readonly Hook[],
    options: SessionOptions & { readonly dataDir: string },
  ): Promise<ActivationSession>;
  /**
   * Opens the whole model, so that the activations of a hook can be replaced. Downloads the weights of a model on the hub.
   *
   * @param options `dataDir` takes the graphs, if they are built, until the model is closed
   * @throws {SaeLabError} `hook.not-spliceable`, `model.*`, `hub.*`
   */
  openSpliced(hook: Hook, options: SessionOptions & { readonly dataDir: string }): Promise<SplicedModel>;
  /**
   * Opens the whole model, so that the next token can be read with other activations at a hook. Otherwise like
   * `openSpliced`.
   *
   * @throws {SaeLabError} `hook.not-spliceable`, `model.*`, `hub.*`
   */
  openSteerable(hook: Hook, options: SessionOptions & { readonly dataDir: string }): Promise<SteerableModel>;
}
