import { SPLIT_SEED, type ActivationStore } from '../activations/index.ts';
import { truthOf } from '../activations/synthetic/true-directions.ts';
import { LoadedSae } from '../sae/loaded-sae.ts';
import { loadSae } from '../sae/saelens-format.ts';
import { dictionaryRecovery } from './dictionary-recovery.ts';
import { evaluate, type Evaluation } from './evaluate.ts';
import { evaluationBatch } from './evaluation-batch.ts';
import type { EvaluationSettings } from './evaluation-settings.ts';

/**
 * Evaluates a saved SAE on the held-out activations of a hook. Reads it from its folder, so that the figures describe the
 * file that other tools load.
 *
 * @param folder an SAE saved by sae-lab or SAELens
 * @param signal stops the evaluation between two batches
 * @throws {SaeLabError} `sae.*`, `activations.not-finite`, `run.stopped`
 */
export async function evaluateSae(
  folder: string,
  store: ActivationStore,
  { holdout, maxTokens: maxRows }: EvaluationSettings,
  signal?: AbortSignal,
): Promise<Evaluation> {
  const sae = new LoadedSae(await loadSae(folder));
  const batchSize = evaluationBatch(sae.sae);
  const split = { holdout, seed: SPLIT_SEED, part: 'held-out' } as const;
  try {
    const evaluation = await evaluate(sae, store.sequentialBatches({ batchSize, split, maxRows }), signal);
    const truth = truthOf(store.manifest);
    if (truth === undefined) return evaluation;
    const recovery = await dictionaryRecovery(truth, sae.sae.tensors['W_dec']!, signal);
    return { ...evaluation, figures: { ...evaluation.figures, ...recovery } };
  } finally {
    sae.dispose();
  }
}
