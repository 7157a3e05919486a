/** What a spliced model is to those who evaluate with it. */

/** A model in which the activations of one hook can be replaced. */
export interface SplicedModel {
  /** Number of logits of a token. */
  readonly vocabulary: number;
  /** Whether logits are computed for all tokens, and not only for the evaluated ones: the unembedding is of an unknown form. */
  readonly computesAllLogits: boolean;
  /**
   * Runs the part of the model up to the hook on sequences of token ids, padded on the right to the longest.
   *
   * @throws {SaeLabError} `model.unrunnable`
   */
  begin(sequences: readonly ArrayLike<number>[]): Promise<SplicedBatch>;
  close(): Promise<void>;
}

/** Sequences that have run up to the hook. */
export interface SplicedBatch {
  /** Length of the longest sequence. */
  readonly tokens: number;
  /** The hook's activations, [sequences, tokens, dIn]. Values at padded positions are undefined. */
  readonly activations: Float32Array;
  /**
   * Runs the rest of the model once unedited and once per splice.
   *
   * @throws {SaeLabError} `model.unrunnable`
   */
  losses(splices: Splices): Promise<SpliceLosses>;
}

/** What to replace, and where. */
export interface Splices {
  /**
   * Sequence and position of each token that is spliced and evaluated, [rows, 2]. The other tokens keep their activations.
   */
  readonly rows: BigInt64Array;
  /** The token after each of them, [rows]. */
  readonly targets: BigInt64Array;
  /** What replaces the activations, [count, rows, dIn]. */
  readonly patches: Float32Array;
  readonly count: number;
}

/** In nats, for each row. */
interface SpliceLosses {
  /** Loss of the next token in the unedited model, [rows]. */
  readonly clean: Float32Array;
  /** The same with the splice, [count, rows]. */
  readonly spliced: Float32Array;
  /** KL(clean‖spliced), [count, rows]. Rounding can make it slightly negative. */
  readonly divergence: Float32Array;
}
