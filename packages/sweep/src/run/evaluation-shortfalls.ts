import { countHeldOut, type EvaluationSettings } from '@sae-lab/core';
import type { ActivationStore } from '@sae-lab/core/activations';

/** Warnings about activations with fewer held-out rows than the sweep asks to evaluate on, one per hook. */
export async function evaluationShortfalls(
  stores: readonly ActivationStore[],
  evaluation: EvaluationSettings,
): Promise<string[]> {
  const { maxTokens, holdout } = evaluation;
  if (maxTokens === undefined) return [];
  const sentences: string[] = [];
  for (const store of stores) {
    const rows = await countHeldOut(store, evaluation);
    if (rows >= maxTokens) continue;
    const held = holdout === 0 ? 'there are' : `a holdout of ${holdout} leaves`;
    sentences.push(
      `${store.hook}: evaluation.maxTokens asks for ${maxTokens} activations, but ${held} ${rows}. ` +
        'All of them are used. For more, extract more activations or hold out a larger fraction.',
    );
  }
  return sentences;
}
