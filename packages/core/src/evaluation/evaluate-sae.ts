import { SPLIT_SEED, truthOf, type ActivationStore } from '../activations/index.ts';
import { LoadedSae } from '../sae/loaded-sae.ts';
import { loadSae } from '../sae/saelens-format.ts';
import { dictionaryRecovery } from './dictionary-recovery.ts';
import { evaluate, type Evaluation } from './evaluate.ts';
import type { EvaluationSettings } from './evaluation-settings.ts';

/** Entries of the code matrix that are held at once: 64 MB. */
const EVALUATED_CODES = 2 ** 24;

/**
 * Measures an SAE in the folder where it was saved, by sae-lab or SAELens, on the held-out activations of a hook. So the
 * figures are those of the file that others load.
 *
 * @param signal ends the evaluation between two batches
 * @throws SaeLabError `sae.unreadable`, `activations.not-finite`, `run.stopped`
 */
export async function evaluateSae(
  folder: string,
  store: ActivationStore,
  { holdout, maxTokens: maxRows }: EvaluationSettings,
  signal?: AbortSignal,
): Promise<Evaluation> {
  const sae = new LoadedSae(await loadSae(folder));
  const batchSize = Math.max(1, Math.floor(EVALUATED_CODES / sae.sae.dSae));
  const split = { holdout, seed: SPLIT_SEED, part: 'held-out' } as const;
  try {
    const evaluation = await evaluate(sae, store.sequentialBatches({ batchSize, split, maxRows }), signal);
    const truth = truthOf(store.manifest);
    if (truth === undefined) return evaluation;
    const recovery = await dictionaryRecovery(truth, sae.sae.tensors['W_dec']!, signal);
    return { ...evaluation, metrics: { ...evaluation.metrics, ...recovery } };
  } finally {
    sae.dispose();
  }
}
