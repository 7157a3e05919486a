import { dictionaryRecovery } from './dictionary-recovery.ts';
import { evaluate, type Evaluation } from './evaluate.ts';
import type { EvaluationSettings } from './settings.ts';
import { truthOf, type ActivationStore } from '../extraction/index.ts';
import { LoadedSae } from '../sae/loaded-sae.ts';
import { loadSae } from '../sae/saelens-format.ts';

/** Entries of the code matrix that are held at once: 64 MB. */
const EVALUATED_CODES = 2 ** 24;

export async function evaluateSae(
  folder: string,
  store: ActivationStore,
  { holdout, maxTokens: maxRows }: EvaluationSettings,
): Promise<Evaluation> {
  const sae = new LoadedSae(await loadSae(folder));
  const batchSize = Math.max(1, Math.floor(EVALUATED_CODES / sae.sae.dSae));
  const split = { holdout, seed: 0, part: 'held-out' } as const;
  try {
    const evaluation = await evaluate(sae, store.sequentialBatches({ batchSize, split, maxRows }));
    const truth = truthOf(store.manifest);
    if (truth === undefined) return evaluation;
    const recovery = await dictionaryRecovery(truth, sae.sae.tensors['W_dec']!);
    return { ...evaluation, metrics: { ...evaluation.metrics, ...recovery } };
  } finally {
    sae.dispose();
  }
}
