import type { JsonObject } from '@sae-lab/db';
import type { SweepPlan } from './sweep-plan.ts';

/** A sweep's definition with every default filled in and every axis expanded, as JSON. */
export function definitionJson({ experiment: { definition } }: SweepPlan): JsonObject {
  const { combinations, ...rest } = definition;
  return {
    ...rest,
    combinations: combinations.map(({ variant, hyper, training }) => ({
      variant: { name: variant.name, mathVersion: variant.mathVersion },
      hyper,
      training,
    })),
  };
}
