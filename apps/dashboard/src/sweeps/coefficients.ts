import type { Run, VariantRow } from '@sae-lab/db/reading';
import { short } from '../format/number.ts';

type Configured = Pick<Run, 'variant' | 'mathVersion' | 'hyper' | 'config'>;

export interface Coefficient {
  readonly coefficient: string;
  readonly coefficientValue: number | null;
}

/**
 * Names each run by what sets its variant's sparsity, e.g. `k=32`, and by whatever else varies among the runs of
 * that variant: other hyperparameters, and settings of training.
 */
export function coefficients(
  runs: readonly Configured[],
  variants: readonly Pick<VariantRow, 'name' | 'mathVersion' | 'sparsity'>[],
): (run: Configured) => Coefficient {
  const sparsity = new Map(variants.map((row) => [`${row.name} ${row.mathVersion}`, row.sparsity]));
  const varying = new Map(
    [...Map.groupBy(runs, ({ variant }) => variant)].map(([variant, members]) => [
      variant,
      varyingFields(members),
    ]),
  );
  return (run) => {
    const main = sparsity.get(`${run.variant} ${run.mathVersion}`);
    const fields = fieldsOf(run);
    const shown = [...(varying.get(run.variant) ?? [])].filter((field) => field !== main);
    if (main !== undefined && main in fields) shown.unshift(main);
    const value = main === undefined ? undefined : fields[main];
    return {
      coefficient: shown.map((field) => `${field}=${brief(fields[field])}`).join(' '),
      coefficientValue: typeof value === 'number' ? value : null,
    };
  };
}

function varyingFields(runs: readonly Configured[]): Set<string> {
  const seen = new Map<string, Set<string>>();
  for (const run of runs) {
    for (const [field, value] of Object.entries(fieldsOf(run))) {
      seen.set(field, (seen.get(field) ?? new Set()).add(JSON.stringify(value)));
    }
  }
  return new Set([...seen].filter(([, values]) => values.size > 1).map(([field]) => field));
}

/** Hyperparameters by their names; a setting of training that has the name of one is left out. */
function fieldsOf({ hyper, config }: Configured): Record<string, unknown> {
  const training = config['training'];
  return { ...(typeof training === 'object' ? training : {}), ...hyper };
}

const digits = short(4);

/** Drawn values have 16 digits; 4 tell them apart. */
function brief(value: unknown): string {
  if (typeof value === 'number') return digits(value);
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '–');
}
