import type { EvaluationSettings } from '../evaluation/evaluation-settings.ts';
import { SPLIT_SEED, type ActivationStore, type Split } from '../activations/index.ts';
import type { RunSpec } from './run-spec.ts';

/** The training rows of a run, or the rows that it is evaluated on. */
export function splitOf({ evaluation }: RunSpec, part: Split['part']): Split {
  return { holdout: evaluation.holdout, seed: SPLIT_SEED, part };
}

/** Number of rows that runs with these settings are evaluated on. */
export function countHeldOut(store: ActivationStore, { holdout }: EvaluationSettings): Promise<number> {
  return store.countRows({ holdout, seed: SPLIT_SEED, part: 'held-out' });
}
