/** Rows in stored order, with the document of each. */
export interface Rows {
  /** [rows, dIn] */
  readonly activations: Float32Array;
  /** [rows] */
  readonly documentHashes: Int32Array;
}

/** Collects rows into batches of another size, the last of which may be shorter. */
export class Rebatch {
  readonly #dIn: number;
  readonly #batchSize: number;
  #activations: Float32Array;
  #documentHashes: Int32Array;
  #filled = 0;

  constructor(dIn: number, batchSize: number) {
    this.#dIn = dIn;
    this.#batchSize = batchSize;
    this.#activations = new Float32Array(batchSize * dIn);
    this.#documentHashes = new Int32Array(batchSize);
  }

  /** Yields the batches that these rows complete. A batch is valid until the next one. */
  *add({ activations, documentHashes }: Rows): Generator<Rows> {
    const rows = documentHashes.length;
    for (let start = 0; start < rows;) {
      const end = Math.min(rows, start + this.#batchSize - this.#filled);
      this.#activations.set(
        activations.subarray(start * this.#dIn, end * this.#dIn),
        this.#filled * this.#dIn,
      );
      this.#documentHashes.set(documentHashes.subarray(start, end), this.#filled);
      this.#filled += end - start;
      start = end;
      if (this.#filled === this.#batchSize) yield* this.rest();
    }
  }

  /** Yields the rows that no batch has had yet, if there are any. */
  *rest(): Generator<Rows> {
    const rows = this.#filled;
    this.#filled = 0;
    if (rows === 0) return;
    yield {
      activations: this.#activations.subarray(0, rows * this.#dIn),
      documentHashes: this.#documentHashes.subarray(0, rows),
    };
  }
}
