import { createHash } from 'node:crypto';
import { seeded } from '../../../random/seeded.ts';
import type { TextTokenizer } from '../model/text-tokenizer.ts';
import type { ExtractionSettings } from '../extraction-settings.ts';
import type { Document } from './documents.ts';

/** A sequence of a document's tokens that the model reads at once. */
export interface Piece {
  readonly document: number;
  /** See {@link documentHash}. */
  readonly documentHash: number;
  /** Index in the document, from 0. */
  readonly index: number;
  /** The model's input, including the prepended token. */
  readonly tokens: readonly number[];
  /** The positions in `tokens` that give an activation, ascending. */
  readonly selected: readonly number[];
}

/** The first 4 bytes of the sha256 of a document's text, as a signed integer. Equal texts have equal hashes. */
export function documentHash(text: string): number {
  return digestOf(text).readInt32LE(0);
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Splits a document into pieces. A document without tokens has none. */
export function piecesOf(
  document: Document,
  tokenizer: TextTokenizer,
  settings: ExtractionSettings,
): Piece[] {
  const ids = tokenizer.encode(document.text);
  const digest = digestOf(document.text);
  const start = settings.prependBos && tokenizer.bosTokenId !== null ? [tokenizer.bosTokenId] : [];
  const capacity = settings.maxTokens - start.length;
  const used = settings.context === 'truncate' ? Math.min(capacity, ids.length) : ids.length;

  const pieces: Piece[] = [];
  for (let offset = 0; offset < used; offset += capacity) {
    const tokens = [...start, ...ids.slice(offset, Math.min(offset + capacity, used))];
    const index = pieces.length;
    const isSelectable = (position: number): boolean =>
      settings.includeSpecialTokens ||
      (position >= start.length && !tokenizer.specialTokenIds.has(tokens[position]!));
    pieces.push({
      document: document.index,
      documentHash: digest.readInt32LE(0),
      index,
      tokens,
      selected: select(settings.tokens, tokens.length, isSelectable, `${digest.toString('hex')}/${index}`),
    });
  }
  return pieces;
}

function select(
  tokens: ExtractionSettings['tokens'],
  length: number,
  isSelectable: (position: number) => boolean,
  seedPath: string,
): number[] {
  if (tokens === 'middle') return [Math.floor(length / 2)].filter(isSelectable);
  const positions = Array.from({ length }, (_, position) => position).filter(isSelectable);
  return tokens === 'all' ? positions : sample(positions, tokens.perPiece, seedPath);
}

/** Draws `count` positions without replacement, by the first steps of a Fisher-Yates shuffle. Ascending. */
function sample(positions: number[], count: number, seedPath: string): number[] {
  const random = seeded(0, 'positions', seedPath);
  const drawn = Math.min(count, positions.length);
  for (let i = 0; i < drawn; i++) {
    const j = random.integer(i, positions.length - 1);
    [positions[i], positions[j]] = [positions[j]!, positions[i]!];
  }
  return positions.slice(0, drawn).toSorted((a, b) => a - b);
}
