import { SPLIT_SEED, type Split } from '../extraction/index.ts';
import type { RunSpec } from './run-spec.ts';

/** The rows of a run's activations that are trained on, or those that it is evaluated on. */
export function part({ evaluation }: RunSpec, name: Split['part']): Split {
  return { holdout: evaluation.holdout, seed: SPLIT_SEED, part: name };
}
