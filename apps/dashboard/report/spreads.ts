import { formatOf, NOTHING, type Keyed } from '@sae-lab/measures';
import { intervalText } from '../src/compare/matched/matched-table.ts';
import type { Interval } from '../src/compare/statistics/interval.ts';

/** The interval of each figure; undefined where nothing was measured. */
type Spreads = readonly (Interval | undefined)[];

/** Means and ends of intervals under the keys of their figures, for data files. */
export function spreadRecord(figures: readonly Keyed[], spreads: Spreads): Record<string, number | null> {
  return Object.fromEntries(
    figures.flatMap(({ key }, column) => {
      const { mean = null, low = null, high = null } = spreads[column] ?? {};
      return [
        [key, mean],
        [`${key}_low`, low],
        [`${key}_high`, high],
      ];
    }),
  );
}

/** The same as the cells of a table. */
export function spreadCells(figures: readonly Keyed[], spreads: Spreads): string[] {
  return spreads.map((spread, column) =>
    spread === undefined ? NOTHING : intervalText(spread, formatOf(figures[column]!)),
  );
}
