/**
 * Pieces in document order, gathered into windows. Within a window pieces of like length share a batch; its
 * rows are put back into document order. Where a window begins is where an interrupted extraction resumes,
 * since the last bits of a value may depend on the batch it was computed in.
 */
import type { TextTokenizer } from '../model/text-tokenizer.ts';
import type { ExtractionSettings } from '../extraction-settings.ts';
import type { Document } from './documents.ts';
import { piecesOf, type Piece } from './pieces.ts';

/** How far the reading of a dataset has come; JSON. */
export interface DatasetPosition {
  /** The document to go on with, and its piece. */
  readonly document: number;
  readonly piece: number;
  /** Rows before this place. */
  readonly rows: number;
  /** Documents without tokens, and tokens that went through the model, before this place. */
  readonly skipped: number;
  readonly tokens: number;
}

export const DATASET_START: DatasetPosition = { document: 0, piece: 0, rows: 0, skipped: 0, tokens: 0 };

export interface Window {
  readonly start: DatasetPosition;
  /** Where the next window begins. */
  readonly end: DatasetPosition;
  readonly pieces: readonly Piece[];
  /** Documents without tokens that were passed since the window before. */
  readonly skipped: readonly Document[];
}

/** Batches of full-length pieces in a window: enough to sort by length, few enough to hold their activations. */
const BATCHES = 4;

/** The windows from a place that an earlier window began at. The last one may hold no piece, only skipped documents. */
export async function* windowsOf(
  documents: AsyncIterable<Document>,
  tokenizer: TextTokenizer,
  settings: ExtractionSettings,
  from: DatasetPosition,
): AsyncGenerator<Window> {
  const size = BATCHES * Math.max(1, Math.floor(settings.batchTokens / settings.maxTokens));
  let start = from;
  let pieces: Piece[] = [];
  let skipped: Document[] = [];
  const finish = (document: number, piece: number): Window => {
    const end = {
      document,
      piece,
      rows: start.rows + sum(pieces, ({ selected }) => selected.length),
      skipped: start.skipped + skipped.length,
      tokens: start.tokens + sum(pieces, ({ tokens }) => tokens.length),
    };
    const window = { start, end, pieces, skipped };
    start = end;
    pieces = [];
    skipped = [];
    return window;
  };

  let next = from.document;
  for await (const document of documents) {
    if (document.index < from.document) continue;
    const found = piecesOf(document, tokenizer, settings);
    if (found.length === 0) skipped.push(document);
    const first = document.index === from.document ? from.piece : 0;
    for (const piece of found.slice(first)) {
      pieces.push(piece);
      if (pieces.length === size) yield finish(piece.document, piece.index + 1);
    }
    next = document.index + 1;
  }
  if (pieces.length > 0 || skipped.length > 0) yield finish(next, 0);
}

/** Indices into the pieces, a list per forward pass: sorted by length, at most `batchTokens` with the padding. */
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
      // The first is the longest: it decides how many fit.
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
