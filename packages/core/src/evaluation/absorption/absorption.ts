import { z } from 'zod';
import { SparseEncoder } from '../../sae/sparse-encoder.ts';
import { defineEvaluation, type EvaluationContext, type EvaluationResult } from '../contract.ts';
import { DocumentSums } from '../interval.ts';
import { warnOfFewDocuments } from '../too-few-documents.ts';
import { absorbedRows } from './absorbed-rows.ts';
import { knownLetters } from './known-letters.ts';
import { letterRows, tokenReader, type LetterRows } from './letter-rows.ts';
import { mainLatents } from './main-latents.ts';

/** Below these the result means little, and a warning says so. */
const SPELLS = 0.8;
const FEW_LATENTS = 16_384;

/**
 * Feature absorption: the latents for "starts with S" are silent on some words with S, because a latent of such a word
 * carries the letter as well.
 *
 * The truth is a linear probe for each letter, trained on the activations of some tokens and tested on others. A row of a
 * letter that its probe recognises is absorbed if the main latents of the letter are silent and one other latent, with a
 * decoder cosine of at least 0.1 to the probe, carries at least 40 % of the activation's projection on the probe.
 *
 * Source: Chanin et al., "A is for absorption", 2024. There the model is prompted to spell; here the tokens of the held-out
 * text are used as they come.
 */
export const absorption = defineEvaluation({
  name: 'absorption',
  version: 2,
  meaning: 'How often a latent for a first letter is silent because another one absorbed it.',
  needs: 'text',
  settings: z.strictObject({
    maxTokens: z
      .int()
      .positive()
      .default(200_000)
      .describe('Maximum number of held-out tokens that are read.'),
    perLetter: z.int().min(40).default(300).describe('Maximum number of tokens of each letter.'),
  }),
  figures: ['absorption_rate', 'spelling_accuracy'],
  async evaluate(context, settings) {
    const { saes, signal, onProgress, warn } = context;
    const tokenOf = tokenReader(context.text!.model.tokenizer);
    const rows = await letterRows(context.activations!, tokenOf, settings, signal);
    const { dIn } = context.activations!.store;
    const letters = knownLetters(rows, dIn);
    for (const sentence of warningsOf(letters, saes)) warn?.(sentence);
    const results: EvaluationResult[] = [];
    for (const { sae } of saes) {
      const encoder = new SparseEncoder(sae);
      try {
        const found = await mainLatents(encoder, rows.x, letters.known, signal);
        const absorbed = await absorbedRows(encoder, rows.x, letters.known, found, signal);
        results.push({
          ...rateOf(absorbed, rows, letters.accuracy),
          histograms: {},
          tokens: rows.tokens,
          documents: new Set(rows.documentHashes).size,
        });
      } finally {
        encoder.dispose();
      }
      onProgress?.({ done: results.length, total: saes.length, unit: 'SAEs' });
    }
    if (letters.known.length > 0) warnOfFewDocuments(results, warn);
    return results;
  },
});

/** Why the result means little, or nothing. */
function warningsOf(
  { known, accuracy }: ReturnType<typeof knownLetters>,
  saes: EvaluationContext['saes'],
): string[] {
  if (Number.isNaN(accuracy)) {
    return [
      'absorption is undefined on this text: no first letter has both training and test tokens. Raise maxTokens, or hold out more documents',
    ];
  }
  const spelling = `probes recognise the first letter of unseen tokens with an accuracy of ${accuracy.toFixed(2)} only`;
  if (known.length === 0) return [`absorption is undefined for this model: ${spelling}`];
  const warnings = accuracy < SPELLS ? [`absorption means little for this model: ${spelling}`] : [];
  const small = saes.filter(({ sae }) => sae.dSae < FEW_LATENTS).length;
  if (small > 0) {
    warnings.push(
      `absorption means little below ${FEW_LATENTS} latents, which ${small} of ${saes.length} SAEs have: they have no latents for single words`,
    );
  }
  return warnings;
}

/** Mean over the letters of the fraction of recognised rows that are absorbed; NaN if the model knows no letter. */
function rateOf(
  absorbed: readonly ReadonlyMap<number, boolean>[],
  { documentHashes }: LetterRows,
  spelling: number,
): Pick<EvaluationResult, 'figures' | 'intervals'> {
  const sums = new DocumentSums(2 * absorbed.length);
  const documents = new Set<number>();
  absorbed.forEach((rows, letter) => {
    for (const [row, isAbsorbed] of rows) {
      documents.add(documentHashes[row]!);
      const values = new Float64Array(2 * absorbed.length);
      values[2 * letter] = Number(isAbsorbed);
      values[2 * letter + 1] = 1;
      sums.add(documentHashes[row]!, values);
    }
  });
  const figure = (totals: Float64Array): number =>
    absorbed.reduce((sum, _, letter) => sum + totals[2 * letter]! / totals[2 * letter + 1]!, 0) /
    absorbed.length;
  const interval = sums.proportionInterval(figure, documents.size);
  return {
    figures: { absorption_rate: figure(sums.total), spelling_accuracy: spelling },
    intervals: interval === undefined ? {} : { absorption_rate: interval },
  };
}
