import { runLabel } from '@sae-lab/measures';
import type { CompareRow } from './compare-row.ts';
import type { Shown } from './shown-in.ts';

/** @param seeds number of runs that the label stands for; one shows its seed */
export function rowLabel(row: CompareRow, shown: Shown, seeds = 1): string {
  const { variant, coefficient, hook, width, seed } = row;
  return runLabel({
    variant,
    coefficient,
    ...(shown.hook && { hook }),
    ...(shown.width && { width }),
    ...(seeds === 1 ? { seed } : { seeds }),
  });
}
