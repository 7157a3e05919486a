import type { Measure } from '@sae-lab/measures';
import type { MarkShape } from '../../charts/mark-path.ts';
import { paretoFront } from '../../charts/pareto-front.ts';
import { isOnScale, type ScaleKind } from '../../charts/scales.ts';
import type { CompareRow } from '../compare-row.ts';
import { groupsBy, SHAPES, valueOf } from '../groups.ts';
import { rowLabel, shownIn } from '../row-label.ts';
import { settingOf } from '../setting.ts';
import { hypervolume } from '../statistics/hypervolume.ts';
import { intervalOf, type Interval } from '../statistics/interval.ts';

export interface AxisChoice {
  readonly key: string;
  readonly measure: Measure;
  readonly kind: ScaleKind;
}

/** A run, or the runs of one configuration. */
export interface ScatterEntry {
  readonly key: string;
  readonly configuration: number;
  readonly label: string;
  readonly group: string;
  readonly color: string;
  readonly shape: MarkShape;
  /** Group and setting: each has a front. */
  readonly series: string;
  readonly x: Interval;
  readonly y: Interval;
  readonly members: readonly { readonly row: CompareRow; readonly x: number; readonly y: number }[];
}

export interface Front {
  readonly series: string;
  readonly group: string;
  readonly hook: string;
  readonly color: string;
  readonly entries: readonly ScatterEntry[];
  /** In the units of the axes as drawn, log₁₀ of a log axis. */
  readonly hypervolume: number;
}

interface ScatterInput {
  readonly rows: readonly CompareRow[];
  readonly by: string;
  readonly shape: string | undefined;
  readonly x: AxisChoice;
  readonly y: AxisChoice;
  /** Folds the seeds of a configuration to their mean. */
  readonly fold: boolean;
}

/** The points of the chart. Runs without one of the two values, or not on a log axis, are left out. */
export function scatterEntries({ rows, by, shape, x, y, fold }: ScatterInput): ScatterEntry[] {
  const shapes = shape === undefined ? undefined : groupsBy(rows, shape).map(({ name }) => name);
  const shown = shownIn(rows);
  return groupsBy(rows, by).flatMap((group) => {
    const members = group.rows.flatMap((row) => {
      const { [x.key]: atX, [y.key]: atY } = row.figures;
      if (atX === undefined || atY === undefined || !isOnScale(x.kind, atX) || !isOnScale(y.kind, atY))
        return [];
      return [{ row, x: atX, y: atY }];
    });
    const folded = Map.groupBy(members, ({ row }) => (fold ? `c${row.configuration}` : `r${row.id}`));
    return [...folded].map(([key, own]): ScatterEntry => {
      const { row } = own[0]!;
      const place = shapes?.indexOf(valueOf(row, shape!)) ?? 0;
      return {
        key: `${group.name} ${key}`,
        configuration: row.configuration,
        label: rowLabel(row, shown, own.length),
        group: group.name,
        color: group.color,
        shape: shapes === undefined ? group.shape : SHAPES[place % SHAPES.length]!,
        series: `${group.name} ${settingOf(row, by)}`,
        x: intervalOf(own.map((member) => member.x))!,
        y: intervalOf(own.map((member) => member.y))!,
        members: own,
      };
    });
  });
}

/** A corner that every point dominates or shares: the worst value of each axis. */
export interface Reference {
  readonly x: number;
  readonly y: number;
}

/** The Pareto front of each group within each setting; undefined where an axis has no better end. */
export function frontsOf(
  entries: readonly ScatterEntry[],
  x: AxisChoice,
  y: AxisChoice,
): { readonly fronts: readonly Front[]; readonly reference: Reference } | undefined {
  const [xSign, ySign] = [signOf(x), signOf(y)];
  if (xSign === undefined || ySign === undefined || entries.length === 0) return undefined;
  const worst = (values: number[], sign: number) => (sign > 0 ? Math.min(...values) : Math.max(...values));
  const reference = {
    x: worst(
      entries.map((entry) => entry.x.mean),
      xSign,
    ),
    y: worst(
      entries.map((entry) => entry.y.mean),
      ySign,
    ),
  };
  const gain = (at: Reference) => ({ x: xSign * drawn(x.kind, at.x), y: ySign * drawn(y.kind, at.y) });
  const fronts = [...Map.groupBy(entries, ({ series }) => series)].map(([series, own]) => {
    const front = paretoFront(
      own.map((entry) => ({ x: -xSign * entry.x.mean, y: ySign * entry.y.mean, entry })),
    ).map(({ entry }) => entry);
    const { group, color, members } = own[0]!;
    return {
      series,
      group,
      color,
      hook: members[0]!.row.hook,
      entries: front,
      hypervolume: hypervolume(
        front.map((entry) => gain({ x: entry.x.mean, y: entry.y.mean })),
        gain(reference),
      ),
    };
  });
  return { fronts, reference };
}

function signOf({ measure: { better = 'neither' } }: AxisChoice): 1 | -1 | undefined {
  return better === 'neither' ? undefined : better === 'higher' ? 1 : -1;
}

function drawn(kind: ScaleKind, value: number): number {
  return kind === 'log' ? Math.log10(value) : value;
}
