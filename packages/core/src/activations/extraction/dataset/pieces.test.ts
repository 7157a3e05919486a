import { describe, expect, it } from 'vitest';
import type { TextTokenizer } from '../model/text-tokenizer.ts';
import {
  extractionSettingsSchema,
  type ExtractionSettings,
  type ExtractionSettingsInput,
} from '../extraction-settings.ts';
import { piecesOf, type Piece } from './pieces.ts';

/** Each word is a token, and the number it spells is the token's id. 0 starts a text and is special. */
const tokenizer: TextTokenizer = {
  encode: (text) => text.split(' ').filter(Boolean).map(Number),
  decode: (ids) => ids.join(' '),
  tokenText: String,
  bosIsItsOwn: true,
  bosTokenId: 0,
  specialTokenIds: new Set([0]),
};
const settings = (input: ExtractionSettingsInput): ExtractionSettings =>
  extractionSettingsSchema.parse(input);
const textOf = (tokens: number): string => Array.from({ length: tokens }, (_, i) => i + 1).join(' ');
const pieces = (text: string, input: ExtractionSettingsInput): Piece[] =>
  piecesOf({ index: 7, line: 1, text }, tokenizer, settings(input));
const draw = (text: string): readonly number[] => pieces(text, { tokens: { perPiece: 5 } })[0]!.selected;

describe('cutting a document into pieces', () => {
  it("uses every token once with 'chunk', and starts each piece with the prepended token", () => {
    const found = pieces(textOf(10), { maxTokens: 5 });
    expect(found.map((piece) => piece.tokens)).toEqual([
      [0, 1, 2, 3, 4],
      [0, 5, 6, 7, 8],
      [0, 9, 10],
    ]);
    expect(found.map((piece) => [piece.document, piece.index])).toEqual([
      [7, 0],
      [7, 1],
      [7, 2],
    ]);
  });

  it("uses the beginning only with 'truncate'", () => {
    expect(pieces(textOf(10), { maxTokens: 5, context: 'truncate' }).map((piece) => piece.tokens)).toEqual([
      [0, 1, 2, 3, 4],
    ]);
    expect(pieces(textOf(3), { maxTokens: 5, context: 'truncate', prependBos: false })[0]!.tokens).toEqual([
      1, 2, 3,
    ]);
  });

  it.each([
    [1, 0],
    [2, 1],
    [7, 3],
    [8, 4],
  ])('selects the middle of %i tokens at %i', (length, position) => {
    expect(pieces(textOf(length), { tokens: 'middle', prependBos: false })[0]!.selected).toEqual([position]);
  });

  it('never selects special tokens unless told to', () => {
    expect(pieces('4 0 5', {})[0]).toMatchObject({ tokens: [0, 4, 0, 5], selected: [1, 3] });
    expect(pieces('4 0 5', { tokens: 'middle' })[0]!.selected).toEqual([]);
    expect(pieces('4 0 5', { includeSpecialTokens: true })[0]!.selected).toEqual([0, 1, 2, 3]);
  });

  it('draws positions without replacement, the same for the same text', () => {
    const drawn = draw(textOf(50));
    expect(drawn).toHaveLength(5);
    expect(new Set(drawn).size).toBe(5);
    expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
    expect(drawn).not.toContain(0);
    expect(draw(textOf(50))).toEqual(drawn);
    expect(draw(textOf(51))).not.toEqual(drawn);
    expect(draw(textOf(3))).toEqual([1, 2, 3]);
  });

  it('draws every position equally often', () => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 2000; i++) {
      const [piece] = pieces(`${i} 2 3 4 5 6 7 8 9 10`, { tokens: { perPiece: 3 }, prependBos: false });
      for (const position of piece!.selected) counts[position]!++;
    }
    // 600 expected; the standard deviation is 20 (the first token of the first text is special).
    for (const count of counts) expect(Math.abs(count - 600)).toBeLessThan(100);
  });

  it('returns no pieces for a document without tokens, and equal hashes for equal texts', () => {
    expect(pieces('', {})).toEqual([]);
    const [a] = pieces('1 2', {});
    const [b] = pieces('1 2', { maxTokens: 9 });
    const [c] = pieces('1 3', {});
    expect(a!.documentHash).toBe(b!.documentHash);
    expect(a!.documentHash).not.toBe(c!.documentHash);
  });
});
