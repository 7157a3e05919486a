import { SaeLabError } from '@sae-lab/errors';
import { batchesOf } from '../../activations/extraction/dataset/windows.ts';
import type { Piece } from '../../activations/extraction/dataset/pieces.ts';
import type { ExtractionSettings } from '../../activations/extraction/extraction-settings.ts';
import type { SplicedModel } from '../../activations/extraction/model/splice/spliced-model.ts';
import { BYTES_PER_LOGIT, type CeSettings } from './ce-settings.ts';

/** Pieces of a forward pass and the tokens of each that are evaluated. */
export interface TextBatch {
  readonly pieces: readonly EvaluatedPiece[];
  /** Number of evaluated tokens. */
  readonly rows: number;
}

interface EvaluatedPiece {
  readonly piece: Piece;
  /** The selected positions that have a next token, ascending. */
  readonly positions: readonly number[];
}

/**
 * The number of tokens of a forward pass, including padding, that keeps to both bounds.
 *
 * @throws {SaeLabError} `evaluation.vocabulary` if the logits of one piece are too many
 */
export function tokensPerPass(
  { batchTokens, maxLogits }: CeSettings,
  { maxTokens, tokens }: ExtractionSettings,
  { vocabulary, computesAllLogits }: Pick<SplicedModel, 'vocabulary' | 'computesAllLogits'>,
): number {
  const selected = tokens === 'all' ? maxTokens - 1 : tokens === 'middle' ? 1 : tokens.perPiece;
  const perPiece = computesAllLogits ? maxTokens : Math.max(1, Math.min(selected, maxTokens - 1));
  const rows = Math.floor(maxLogits / vocabulary);
  if (rows < perPiece) throw tooManyLogits(perPiece, rows, vocabulary, maxLogits);
  return Math.min(batchTokens, Math.floor(rows / perPiece) * maxTokens);
}

/** Groups pieces of similar length. Pieces without a token to evaluate are left out. */
export function textBatches(pieces: readonly Piece[], tokens: number): TextBatch[] {
  return batchesOf(pieces, tokens).flatMap((batch) => {
    const evaluated = batch.flatMap((index): EvaluatedPiece[] => {
      const piece = pieces[index]!;
      const positions = piece.selected.filter((position) => position + 1 < piece.tokens.length);
      return positions.length === 0 ? [] : [{ piece, positions }];
    });
    const rows = evaluated.reduce((sum, { positions }) => sum + positions.length, 0);
    return rows === 0 ? [] : [{ pieces: evaluated, rows }];
  });
}

function tooManyLogits(perPiece: number, fits: number, vocabulary: number, bound: number): SaeLabError {
  const needed = perPiece * vocabulary;
  const gigabytes = ((needed * BYTES_PER_LOGIT) / 1e9).toPrecision(2);
  return new SaeLabError('evaluation.vocabulary', {
    problem: `the logits of one piece exceed the memory bound: ${perPiece} evaluated tokens × a vocabulary of ${vocabulary}`,
    field: 'ce.maxLogits',
    expected: `at least ${needed}, which takes about ${gigabytes} GB`,
    received: `${bound}, which fits ${fits} evaluated tokens`,
    fix:
      fits === 0
        ? 'Raise maxLogits.'
        : `Raise maxLogits, or extract the activations from pieces of at most ${fits + 1} tokens.`,
  });
}
