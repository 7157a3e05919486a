import { SaeLabError } from '@sae-lab/errors';
import { SPLIT_SEED, type SequentialBatch } from '../../activations/index.ts';
import type { Piece } from '../../activations/extraction/dataset/pieces.ts';
import { activationsNotFinite } from '../../activations/unusable-activations.ts';
import type { HeldOutActivations } from '../contract.ts';
import type { HeldOutText } from '../held-out-text.ts';

/** A piece of a document with the rows of a batch that are its activations. */
export interface Passage {
  readonly piece: Piece;
  /** The positions in the piece that have a row, ascending. Rows are consecutive. */
  readonly positions: readonly number[];
  readonly firstRow: number;
}

/** Activations with their text. No piece is cut by the end of a batch. */
export interface TextBatch {
  /** [rows, dIn]; valid until the next batch */
  readonly activations: Float32Array;
  readonly rows: number;
  readonly passages: readonly Passage[];
}

/** Rows that are read from the store at once. */
const READ_ROWS = 2048;

/**
 * Reads held-out activations together with the text that they were extracted from. The store has the activations of the
 * selected positions only; the text has all tokens, so that examples have context.
 *
 * @param options batchRows: maximum number of rows of a batch, unless a single piece has more
 * @throws {SaeLabError} `evaluation.text-changed` if the dataset has changed since the extraction,
 *   `activations.not-finite`
 */
export async function* textBatches(
  source: { readonly activations: HeldOutActivations; readonly text: HeldOutText },
  options: { readonly batchRows: number; readonly maxTokens: number },
): AsyncGenerator<TextBatch> {
  const { store } = source.activations;
  const rows = new RowReader(source.activations, options.maxTokens);
  let space = new Float32Array(options.batchRows * store.dIn);
  let passages: Passage[] = [];
  let filled = 0;
  const finish = (): TextBatch => {
    const batch = { activations: space, rows: filled, passages };
    if (!areFinite(space, filled * store.dIn)) throw activationsNotFinite('evaluation');
    passages = [];
    filled = 0;
    return batch;
  };
  try {
    read: for await (const window of source.text.windows({ maxTokens: options.maxTokens })) {
      for (const piece of window) {
        const wanted = piece.selected.length;
        if (wanted === 0) continue;
        if (filled > 0 && filled + wanted > options.batchRows) yield finish();
        if (wanted * store.dIn > space.length) space = new Float32Array(wanted * store.dIn);
        const taken = await rows.take(piece, space.subarray(filled * store.dIn));
        if (taken > 0) {
          passages.push({ piece, positions: piece.selected.slice(0, taken), firstRow: filled });
          filled += taken;
        }
        if (taken < wanted) break read;
      }
    }
    if (!(await rows.isAtEnd())) throw textChanged('the text ends before the activations');
    if (filled > 0) yield finish();
  } finally {
    await rows.close();
  }
}

/** The rows of a store one after another, checked against the text. */
class RowReader {
  readonly #dIn: number;
  readonly #batches: AsyncGenerator<SequentialBatch>;
  #batch: SequentialBatch | undefined;
  #next = 0;

  constructor({ store, holdout }: HeldOutActivations, maxRows: number) {
    this.#dIn = store.dIn;
    const split = { holdout, seed: SPLIT_SEED, part: 'held-out' } as const;
    this.#batches = store.sequentialBatches({ batchSize: READ_ROWS, split, maxRows });
  }

  /** @returns the number of rows that were left for the piece */
  async take(piece: Piece, into: Float32Array): Promise<number> {
    for (const [taken, position] of piece.selected.entries()) {
      if (await this.isAtEnd()) return taken;
      const batch = this.#batch!;
      const row = this.#next++;
      const isSame =
        batch.document_hashes[row] === piece.documentHash &&
        batch.pieces[row] === piece.index &&
        batch.positions[row] === position &&
        batch.token_ids[row] === piece.tokens[position];
      if (!isSame) throw textChanged(`document ${piece.document} is not the one that was extracted`);
      into.set(batch.activations.subarray(row * this.#dIn, (row + 1) * this.#dIn), taken * this.#dIn);
    }
    return piece.selected.length;
  }

  async isAtEnd(): Promise<boolean> {
    if (this.#batch !== undefined && this.#next < this.#batch.rows) return false;
    const { value, done } = await this.#batches.next();
    this.#batch = done === true ? undefined : value;
    this.#next = 0;
    return done === true;
  }

  async close(): Promise<void> {
    await this.#batches.return(undefined);
  }
}

function areFinite(values: Float32Array, length: number): boolean {
  let squares = 0;
  // Float64 sums of squared float32 values cannot overflow.
  for (let i = 0; i < length; i++) squares += values[i]! * values[i]!;
  return Number.isFinite(squares);
}

function textChanged(problem: string): SaeLabError {
  return new SaeLabError('evaluation.text-changed', {
    problem: `the text does not match the activations: ${problem}`,
    field: 'dataset',
    expected: 'the dataset and the tokenizer that the activations were extracted with',
    fix: 'Restore the dataset, or extract the activations again.',
  });
}
