import { configurationsOf, type RunConfiguration } from '@sae-lab/measures';
import type { Run, VariantRow } from '@sae-lab/db/reading';

/** The configuration of each run, labelled as `pnpm sweep` prints it. */
export function runConfigurations(
  runs: readonly Run[],
  variants: readonly Pick<VariantRow, 'name' | 'mathVersion' | 'sparsity'>[],
  options: { exact?: boolean } = {},
): RunConfiguration[] {
  const sparsity = new Map(variants.map((row) => [`${row.name} ${row.mathVersion}`, row.sparsity]));
  return configurationsOf(
    runs,
    ({ variant, mathVersion }) => sparsity.get(`${variant} ${mathVersion}`),
    options,
  );
}
