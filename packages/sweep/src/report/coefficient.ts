import type { PlannedRun } from '../plan/plan-sweep.ts';

/**
 * Names each run by its variant's coefficient, e.g. `k=32`, and by whatever else varies within the sweep beside
 * hook, width and seed, e.g. `l1=0.01 loss=notebook lr=0.001`.
 */
export function coefficientLabels(runs: readonly PlannedRun[]): (run: PlannedRun) => string {
  const varying = new Map<string, Set<string>>();
  for (const [name, sameVariant] of Map.groupBy(runs, ({ combination }) => combination.variant.name)) {
    const values = new Map<string, Set<unknown>>();
    for (const run of sameVariant) {
      for (const [field, value] of Object.entries(fieldsOf(run))) {
        const seen = values.get(field) ?? new Set();
        values.set(field, seen.add(JSON.stringify(value)));
      }
    }
    varying.set(name, new Set([...values].filter(([, seen]) => seen.size > 1).map(([field]) => field)));
  }
  return (run) => {
    const { sparsity, name } = run.combination.variant;
    const shown = new Set([sparsity, ...(varying.get(name) ?? [])]);
    return Object.entries(fieldsOf(run))
      .filter(([field]) => shown.has(field))
      .map(([field, value]) => `${field}=${brief(value)}`)
      .join(' ');
  };
}

function fieldsOf({ combination: { variant, hyper, training } }: PlannedRun): Record<string, unknown> {
  const { [variant.sparsity]: coefficient, ...others } = hyper;
  return { [variant.sparsity]: coefficient, ...others, lr: training.learningRate };
}

/** Drawn values have 16 digits; 4 tell them apart. */
function brief(value: unknown): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value);
}
