import { piecesOf, type Piece } from '../activations/extraction/dataset/pieces.ts';
import type { ExtractionSettings } from '../activations/extraction/extraction-settings.ts';
import type { TextTokenizer } from '../activations/extraction/model/text-tokenizer.ts';

/** Maximum number of tokens of a text that are read, including prepended ones. */
export const MOST_TOKENS = 1024;

/** A token of a text as the model reads it. */
export interface TextToken {
  readonly text: string;
  /** Index of its piece. Attention does not reach from one piece into another. */
  readonly piece: number;
  /** Row of its activations; null where SAEs read none: the prepended token, and special tokens. */
  readonly row: number | null;
}

/** A text in the pieces that the extraction would cut it into. */
export interface CutText {
  readonly pieces: readonly Piece[];
  readonly tokens: readonly TextToken[];
  /** Number of activations. */
  readonly rows: number;
  /** Tokens of the whole text, without prepended ones. */
  readonly totalTokens: number;
  /** Of these, the tokens that are read. */
  readonly readTokens: number;
  /** Why the rest is left out. `context`: training took the first piece of a document only. */
  readonly cutBy: 'context' | 'limit' | null;
}

/**
 * Cuts a text as the extraction cuts a document. All positions that can be selected are, also where the extraction draws
 * some of them.
 */
export function cutText(text: string, tokenizer: TextTokenizer, settings: ExtractionSettings): CutText {
  const all = piecesOf({ index: 0, line: 0, text }, tokenizer, { ...settings, tokens: 'all' });
  const totalTokens = tokenizer.encode(text).length;
  const prepended = settings.prependBos && tokenizer.bosTokenId !== null ? 1 : 0;
  const pieces: Piece[] = [];
  let left = MOST_TOKENS;
  for (const piece of all) {
    if (left <= prepended) break;
    pieces.push(left < piece.tokens.length ? shortened(piece, left) : piece);
    left -= piece.tokens.length;
  }
  let rows = 0;
  const tokens = pieces.flatMap(({ index, tokens: ids, selected }) => {
    const read = new Set(selected);
    return ids.map((id, position) => ({
      text: tokenizer.tokenText(id) ?? '',
      piece: index,
      row: read.has(position) ? rows++ : null,
    }));
  });
  const readTokens = tokens.length - prepended * pieces.length;
  const cutBy = readTokens === totalTokens ? null : left <= 0 ? 'limit' : 'context';
  return { pieces, tokens, rows, totalTokens, readTokens, cutBy };
}

/** Activations do not depend on later tokens, so the beginning of a piece has those of the whole one. */
function shortened(piece: Piece, length: number): Piece {
  return {
    ...piece,
    tokens: piece.tokens.slice(0, length),
    selected: piece.selected.filter((position) => position < length),
  };
}
