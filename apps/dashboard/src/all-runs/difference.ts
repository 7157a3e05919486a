import type { RunCell } from '@sae-lab/db/reading';
import { formatOf, NOTHING } from '@sae-lab/measures';
import type { TableColumn } from './table-columns.ts';

export interface Difference {
  /** With its sign, e.g. `+0.0123`. */
  readonly text: string;
  readonly verdict: 'better' | 'worse' | 'neither';
}

/** How a measured number differs from the baseline's; undefined where either is missing. */
export function differenceOf(
  { measure }: TableColumn,
  value: RunCell | undefined,
  baseline: RunCell | undefined,
): Difference | undefined {
  if (!measure || value == null || baseline == null) return undefined;
  const difference = Number(value) - Number(baseline);
  if (!Number.isFinite(difference)) return undefined;
  const text = formatOf(measure)(Math.abs(difference));
  // What rounds to nothing is nothing.
  if (text === NOTHING || text === formatOf(measure)(0)) return { text: '±0', verdict: 'neither' };
  const { better = 'neither' } = measure;
  const isBetter = better === 'higher' ? difference > 0 : difference < 0;
  return {
    text: `${difference > 0 ? '+' : '−'}${text}`,
    verdict: better === 'neither' ? 'neither' : isBetter ? 'better' : 'worse',
  };
}
