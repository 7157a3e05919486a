import { short } from '@sae-lab/measures';
import type { ExportedTable } from '../export/exported-table.ts';
import { X_MEASURES } from './curve-run.ts';
import type { XUnit } from './curve-state.ts';
import type { GroupLines } from './group-lines.ts';

const show = short(4);

/** What a panel draws, for files: the mean of every group at every x. */
export function exportedCurves(
  groups: readonly GroupLines[],
  { name, caption, groupLabel, over }: { name: string; caption: string; groupLabel: string; over: XUnit },
): ExportedTable {
  const points = groups.flatMap(({ name: group, mean }) => mean.map((point) => ({ group, ...point })));
  return {
    name,
    caption,
    records: points.map(({ group, x, n, mean, low, high }) => ({
      group,
      [over]: x,
      n,
      mean,
      low: n > 1 ? low : null,
      high: n > 1 ? high : null,
    })),
    headings: [groupLabel, X_MEASURES[over].label, 'n', 'Mean', 'Low', 'High'],
    rows: points.map(({ group, x, n, mean, low, high }) => [
      group,
      show(x),
      String(n),
      show(mean),
      n > 1 ? show(low) : '–',
      n > 1 ? show(high) : '–',
    ]),
    numeric: [false, true, true, true, true, true],
  };
}

/** The ends of the curves, for readers who cannot see them. */
export function lastValues(
  groups: readonly GroupLines[],
  groupLabel: string,
  over: XUnit,
): Pick<ExportedTable, 'headings' | 'rows' | 'numeric'> {
  return {
    headings: [groupLabel, 'Runs', X_MEASURES[over].label, 'Mean', '95 % interval'],
    rows: groups.map(({ name, members, mean }) => {
      const last = mean.at(-1);
      return [
        name,
        String(members.length),
        show(last?.x),
        show(last?.mean),
        last === undefined || last.n < 2 ? '–' : `${show(last.low)} to ${show(last.high)}`,
      ];
    }),
    numeric: [false, true, true, true, true],
  };
}
