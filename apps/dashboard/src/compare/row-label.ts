import { runLabel } from '@sae-lab/measures';
import type { CompareRow } from './compare-row.ts';

/** What of a run's place a label says: only what differs among the runs that are shown. */
export interface Shown {
  readonly hook: boolean;
  readonly width: boolean;
}

export function shownIn(rows: readonly Pick<CompareRow, 'hook' | 'width'>[]): Shown {
  return {
    hook: new Set(rows.map(({ hook }) => hook)).size > 1,
    width: new Set(rows.map(({ width }) => width)).size > 1,
  };
}

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
