import { configurationsOf, type RunConfiguration } from '@sae-lab/measures';
import type { EvaluatedRun } from '@sae-lab/db';
import type { PlannedRun } from '../plan/sweep-plan.ts';

/**
 * Labels each planned run by its variant's coefficient, e.g. `k=32`, and by every other setting that varies within the
 * sweep, apart from hook, width and seed. The dashboard shows the same labels.
 */
export function coefficientLabels(runs: readonly PlannedRun[]): (run: PlannedRun) => string {
  const configured = runs.map(({ spec, combination }) => {
    const { variant, hyper, hook, dSae, activationsId } = spec;
    const { name, mathVersion } = variant;
    const identity = { variant: name, mathVersion, hyper, hook, width: dSae, activationsId };
    return { ...identity, config: { ...spec }, sparsity: combination.variant.sparsityHyper };
  });
  const configurations = configurationsOf(configured, ({ sparsity }) => sparsity);
  const labels = new Map(runs.map(({ runHash }, index) => [runHash, configurations[index]!.coefficient]));
  return ({ runHash }) => labels.get(runHash)!;
}

/** The configuration of each stored run of a planned sweep. */
export function storedConfigurations(
  stored: readonly EvaluatedRun[],
  planned: readonly PlannedRun[],
): RunConfiguration[] {
  const sparsity = new Map(
    planned.map(({ combination: { variant } }) => [variant.name, variant.sparsityHyper]),
  );
  return configurationsOf(stored, ({ variant }) => sparsity.get(variant));
}
