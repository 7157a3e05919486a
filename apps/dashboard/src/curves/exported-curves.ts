import { NOTHING, short } from '@sae-lab/measures';
import type { ExportedTable } from '../export/exported-table.ts';
import { X_MEASURES } from './curve-run.ts';
import type { XUnit } from './curve-state.ts';
import type { GroupLines } from './group-lines.ts';

const show = short(4);

interface ExportOptions {
  readonly name: string;
  readonly caption: string;
  /** What a group is, as the heading of its column. */
  readonly groupLabel: string;
  readonly over: XUnit;
  /** Whether groups have several runs, so that values are means. */
  readonly means: boolean;
}

/** What a panel draws, for files: the value of every group at every x. */
export function exportedCurves(
  groups: readonly GroupLines[],
  { name, caption, groupLabel, over, means }: ExportOptions,
): ExportedTable {
  const points = groups.flatMap(({ name: group, mean }) => mean.map((point) => ({ group, ...point })));
  const numbers = points.map(({ n, mean, low, high }) =>
    // A single run has no interval.
    means
      ? { n, mean, low: n > 1 ? low : null, high: n > 1 ? high : null }
      : { value: mean, min: low, max: high },
  );
  const headings = means ? ['n', 'Mean', 'Low', 'High'] : ['Value', 'Smallest', 'Largest'];
  return {
    name,
    caption,
    records: points.map(({ group, x }, index) => ({ group, [over]: x, ...numbers[index]! })),
    headings: [groupLabel, X_MEASURES[over].label, ...headings],
    rows: points.map(({ group, x }, index) => [
      group,
      show(x),
      ...Object.values(numbers[index]!).map((value) => (value === null ? NOTHING : show(value))),
    ]),
    numeric: [false, true, ...headings.map(() => true)],
  };
}

/** The ends of the curves, for readers who cannot see them. */
export function lastValues(
  groups: readonly GroupLines[],
  { groupLabel, over, means }: Pick<ExportOptions, 'groupLabel' | 'over' | 'means'>,
): Pick<ExportedTable, 'headings' | 'rows' | 'numeric'> {
  const x = X_MEASURES[over].label;
  const headings = means ? [groupLabel, 'Runs', x, 'Mean', '95 % interval'] : [groupLabel, x, 'Value'];
  return {
    headings,
    rows: groups.map(({ name, members, mean }) => {
      const last = mean.at(-1);
      const [at, value] = [show(last?.x), show(last?.mean)];
      if (!means) return [name, at, value];
      const interval = last === undefined || last.n < 2 ? NOTHING : `${show(last.low)} to ${show(last.high)}`;
      return [name, String(members.length), at, value, interval];
    }),
    numeric: headings.map((_, column) => column > 0),
  };
}
