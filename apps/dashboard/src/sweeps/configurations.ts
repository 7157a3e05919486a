import { configurationsOf, type RunConfiguration } from '@sae-lab/measures';
import type { Run, VariantRow } from '@sae-lab/db/reading';

/** The configuration of each run, with the label that `pnpm sweep` prints. */
export function runConfigurations(
  runs: readonly Run[],
  variants: readonly Pick<VariantRow, 'name' | 'mathVersion' | 'sparsity'>[],
  options: { exact?: boolean } = {},
): RunConfiguration[] {
  const sparsity = new Map(variants.map((row) => [`${row.name} ${row.mathVersion}`, row.sparsity]));
  return configurationsOf(
    runs.map((run) => ({ ...run, device: deviceOf(run) })),
    ({ variant, mathVersion }) => sparsity.get(`${variant} ${mathVersion}`),
    options,
  );
}

function deviceOf({ provenance }: Run): string | undefined {
  const device = provenance?.['device'];
  return typeof device === 'string' ? device : undefined;
}
