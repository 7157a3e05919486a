import type { NewRun } from '@sae-lab/db';
import type { PlannedRun } from './sweep-plan.ts';

/** A planned run as the database takes it. */
export function newRunOf({ spec, hash, combination }: PlannedRun): NewRun {
  const { variant, hyper, hook, dSae, seed, activationsId } = spec;
  return {
    hash,
    variant: variant.name,
    mathVersion: variant.mathVersion,
    hyper,
    hook,
    width: dSae,
    seed,
    activationsId,
    config: { ...spec },
    lossConvention: combination.variant.lossConvention(hyper),
  };
}
