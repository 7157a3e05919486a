import { isOnScale } from '../../charts/scales.ts';
import type { MarkShape } from '../../charts/mark-path.ts';
import { SHAPES, type MarkStyle } from '../../charts/mark-style.ts';
import type { CompareRow } from '../compare-row.ts';
import { groupsBy, valueOf, valuesOf } from '../groups.ts';
import { rowLabel } from '../row-label.ts';
import { shownIn } from '../shown-in.ts';
import { settingOf } from '../setting.ts';
import { intervalOf, type Interval } from '../statistics/interval.ts';
import type { AxisChoice } from './axis-choice.ts';

/** A run, or the runs of one configuration. */
export interface ScatterEntry {
  readonly key: string;
  readonly configuration: number;
  readonly label: string;
  readonly group: string;
  /** The small multiple that shows it; empty where there is one chart. */
  readonly facet: string;
  readonly color: string;
  /** Of the front of its group. */
  readonly dash: string;
  readonly shape: MarkShape;
  /** Group, facet and setting: each has a front. */
  readonly series: string;
  readonly x: Interval;
  readonly y: Interval;
  readonly members: readonly { readonly row: CompareRow; readonly x: number; readonly y: number }[];
}

interface ScatterInput {
  readonly rows: readonly CompareRow[];
  readonly by: string;
  readonly styles?: ReadonlyMap<string, MarkStyle>;
  readonly shape: string | undefined;
  readonly facet: string | undefined;
  readonly x: AxisChoice;
  readonly y: AxisChoice;
  /** Folds the seeds of a configuration to their mean. */
  readonly fold: boolean;
}

/** The points of the chart. Runs without one of the two values, or not on a log axis, are left out. */
export function scatterEntries({ rows, by, styles, shape, facet, x, y, fold }: ScatterInput): ScatterEntry[] {
  const shapes = shape === undefined ? undefined : valuesOf(rows, shape);
  const shown = shownIn(rows);
  const facetOf = (row: CompareRow) => (facet === undefined ? '' : valueOf(row, facet));
  return groupsBy(rows, by, styles).flatMap((group) => {
    const members = group.rows.flatMap((row) => {
      const { [x.key]: atX, [y.key]: atY } = row.figures;
      if (atX === undefined || atY === undefined || !isOnScale(x.kind, atX) || !isOnScale(y.kind, atY))
        return [];
      return [{ row, x: atX, y: atY }];
    });
    // Seeds that differ in facet or shape are not one point.
    const folded = Map.groupBy(members, ({ row }) =>
      fold
        ? JSON.stringify([row.configuration, facetOf(row), shape === undefined ? '' : valueOf(row, shape)])
        : `run ${row.id}`,
    );
    return [...folded].map(([key, own]): ScatterEntry => {
      const { row } = own[0]!;
      const place = shapes?.indexOf(valueOf(row, shape!)) ?? 0;
      return {
        key: `${group.name} ${key}`,
        configuration: row.configuration,
        label: rowLabel(row, shown, own.length),
        group: group.name,
        facet: facetOf(row),
        color: group.color,
        dash: group.dash,
        shape: shapes === undefined ? group.shape : SHAPES[place % SHAPES.length]!,
        series: JSON.stringify([group.name, facetOf(row), settingOf(row, by)]),
        x: intervalOf(own.map((member) => member.x))!,
        y: intervalOf(own.map((member) => member.y))!,
        members: own,
      };
    });
  });
}

/** The values at which a chart draws something: means, ends of intervals, and the runs of the opened point. */
export function drawnValues(
  entries: readonly ScatterEntry[],
  along: 'x' | 'y',
  { kind }: AxisChoice,
  open: number | null,
): number[] {
  return entries
    .flatMap(({ [along]: { low, high, mean }, configuration, members }) => [
      mean,
      low ?? mean,
      high ?? mean,
      ...(configuration === open ? members.map((member) => member[along]) : []),
    ])
    .filter((value) => isOnScale(kind, value));
}
