/** A position in a stream, as JSON. Valid only for the same activations, split, seed and bufferBytes. */
export interface StreamPosition {
  readonly epoch: number;
  readonly chunk: number;
  /** Rows of the chunk that have been handed out. */
  readonly row: number;
  readonly seed: number;
  readonly blocksPerChunk: number;
  /** Set if rows are shuffled in windows. */
  readonly window?: WindowPosition;
}

interface WindowPosition {
  readonly index: number;
  /** Rows of a window. */
  readonly rows: number;
  /** Number of windows in the corpus; null until its end was reached. */
  readonly perEpoch: number | null;
}
