import type { EvaluationSettings } from '../evaluation/evaluation-settings.ts';
import { SPLIT_SEED, type ActivationStore, type Split } from '../activations/index.ts';
import type { RunSpec } from './run-spec.ts';

/** The rows of a run's activations that are trained on, or those that it is evaluated on. */
export function splitOf({ evaluation }: RunSpec, part: Split['part']): Split {
  return { holdout: evaluation.holdout, seed: SPLIT_SEED, part };
}

/** Rows that runs with these settings can be evaluated on. */
export function countHeldOut(store: ActivationStore, { holdout }: EvaluationSettings): Promise<number> {
  return store.countRows({ holdout, seed: SPLIT_SEED, part: 'held-out' });
}
