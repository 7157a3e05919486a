/**
 * Groups pieces, in document order, into windows. Within a window, pieces of similar length share a batch, and rows are
 * then put back in document order. An interrupted extraction resumes at the start of a window, because the last bits of a
 * value may depend on its batch.
 */
import type { TextTokenizer } from '../model/text-tokenizer.ts';
import type { ExtractionSettings } from '../extraction-settings.ts';
import type { CorpusDocument, Document } from './documents.ts';
import { piecesOf, type Piece } from './pieces.ts';
import type { CorpusPosition } from './positions.ts';

/** A position in a dataset, as JSON. */
export interface DatasetPosition {
  /** The next document, and its next piece. */
  readonly document: number;
  readonly piece: number;
  /** Rows before this position. */
  readonly rows: number;
  /** Documents without tokens before this position. */
  readonly skipped: number;
  /** Tokens that the model processed before this position. */
  readonly tokens: number;
  /** Where reading resumes with that document. Unset at the start, and if rows do not come from documents. */
  readonly at?: CorpusPosition | undefined;
}

export const DATASET_START: DatasetPosition = { document: 0, piece: 0, rows: 0, skipped: 0, tokens: 0 };

export interface Window {
  readonly start: DatasetPosition;
  /** Where the next window begins. */
  readonly end: DatasetPosition;
  readonly pieces: readonly Piece[];
  /** Documents without tokens since the previous window. */
  readonly skipped: readonly Document[];
}

/** Number of full-length batches per window: enough to sort by length, few enough that their activations fit in memory. */
const BATCHES = 4;

/**
 * Yields windows. The last one may have no pieces, only skipped documents.
 *
 * @param documents from `from.at`, or any earlier position, on
 * @param from where an earlier window began
 */
export async function* windowsOf(
  documents: AsyncIterable<CorpusDocument>,
  tokenizer: TextTokenizer,
  settings: ExtractionSettings,
  from: DatasetPosition,
): AsyncGenerator<Window> {
  const size = BATCHES * Math.max(1, Math.floor(settings.batchTokens / settings.maxTokens));
  let start = from;
  let pieces: Piece[] = [];
  let skipped: Document[] = [];
  /** The position before the document that is being read. */
  let at = from.at;
  const finish = (document: number, piece: number): Window => {
    const end = {
      document,
      piece,
      rows: start.rows + sum(pieces, ({ selected }) => selected.length),
      skipped: start.skipped + skipped.length,
      tokens: start.tokens + sum(pieces, ({ tokens }) => tokens.length),
      ...(at !== undefined && { at }),
    };
    const window = { start, end, pieces, skipped };
    start = end;
    pieces = [];
    skipped = [];
    return window;
  };

  let next = from.document;
  for await (const document of documents) {
    if (document.index >= from.document) {
      const found = piecesOf(document, tokenizer, settings);
      if (found.length === 0) skipped.push(document);
      const first = document.index === from.document ? from.piece : 0;
      for (const piece of found.slice(first)) {
        pieces.push(piece);
        if (pieces.length === size) yield finish(piece.document, piece.index + 1);
      }
      next = document.index + 1;
    }
    at = document.next;
  }
  if (pieces.length > 0 || skipped.length > 0) yield finish(next, 0);
}

/** Indices of pieces for each forward pass: sorted by length, at most `batchTokens` including padding. */
export function batchesOf(pieces: readonly Piece[], batchTokens: number): number[][] {
  const byLength = pieces
    .map((_, index) => index)
    .filter((index) => pieces[index]!.selected.length > 0)
    .toSorted((a, b) => pieces[b]!.tokens.length - pieces[a]!.tokens.length);
  const batches: number[][] = [];
  let remaining = 0;
  for (const index of byLength) {
    if (remaining === 0) {
      batches.push([]);
      // The first piece is the longest, so it determines how many fit.
      remaining = Math.max(1, Math.floor(batchTokens / pieces[index]!.tokens.length));
    }
    batches.at(-1)!.push(index);
    remaining--;
  }
  return batches;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
