/** A model whose next token can be read with other activations at one hook. */
export interface SteerableModel {
  /**
   * Runs the part of the model up to the hook on one sequence of token ids.
   *
   * @throws {SaeLabError} `model.unrunnable`
   */
  begin(tokens: readonly number[]): Promise<SteerablePass>;
  close(): Promise<void>;
}

interface SteerablePass {
  /** Of the hook, [tokens, dIn]. */
  readonly activations: Float32Array;
  /**
   * The distribution of the token after the last one.
   *
   * @param activations what the rest of the model reads at the hook, [tokens, dIn]. With the pass's own, it is the
   *   unedited model
   * @returns log probabilities in nats, [vocabulary]
   */
  nextToken(activations: Float32Array): Promise<Float32Array>;
}
