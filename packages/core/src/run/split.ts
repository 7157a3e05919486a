import type { EvaluationSettings } from '../evaluation/settings.ts';
import type { ActivationStore, Split } from '../extraction/index.ts';
import type { RunSpec } from './run-spec.ts';

/** All runs hold out the same documents, whatever their seed, so that they are compared on the same tokens. */
const SPLIT_SEED = 0;

/** The rows of a run's activations that are trained on, or those that it is evaluated on. */
export function part({ evaluation }: RunSpec, name: Split['part']): Split {
  return { holdout: evaluation.holdout, seed: SPLIT_SEED, part: name };
}

/** Rows that runs with these settings can be evaluated on. */
export function countHeldOut(store: ActivationStore, { holdout }: EvaluationSettings): Promise<number> {
  return store.countRows({ holdout, seed: SPLIT_SEED, part: 'held-out' });
}
