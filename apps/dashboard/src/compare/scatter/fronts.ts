import { roundingOf } from '@sae-lab/measures';
import { paretoFront } from '../../charts/pareto-front.ts';
import type { ScaleKind } from '../../charts/scales.ts';
import { hypervolume } from '../statistics/hypervolume.ts';
import type { AxisChoice } from './axis-choice.ts';
import type { ScatterEntry } from './scatter-points.ts';

export interface Front {
  readonly series: string;
  readonly group: string;
  readonly facet: string;
  readonly hook: string;
  readonly color: string;
  readonly dash: string;
  readonly entries: readonly ScatterEntry[];
  /** In the units of the axes as drawn, log₁₀ of a log axis. */
  readonly hypervolume: number;
}

/** A corner that every point dominates or shares: the worst value of each axis. */
export interface Corner {
  readonly x: number;
  readonly y: number;
}

/** The Pareto front of each group within each facet and setting; undefined where an axis has no better end. */
export function frontsOf(
  entries: readonly ScatterEntry[],
  x: AxisChoice,
  y: AxisChoice,
): { readonly fronts: readonly Front[]; readonly corner: Corner } | undefined {
  const [xSign, ySign] = [signOf(x), signOf(y)];
  if (xSign === undefined || ySign === undefined || entries.length === 0) return undefined;
  const xs = entries.map((entry) => entry.x.mean);
  const ys = entries.map((entry) => entry.y.mean);
  const corner = { x: worst(xs, xSign), y: worst(ys, ySign) };
  const rounding = { x: roundingOf(x.measure, largest(xs)), y: roundingOf(y.measure, largest(ys)) };
  const gain = (at: Corner) => ({ x: xSign * drawn(x.kind, at.x), y: ySign * drawn(y.kind, at.y) });
  const fronts = [...Map.groupBy(entries, ({ series }) => series)].map(([series, own]) => {
    const front = paretoFront(
      own.map((entry) => ({ x: -xSign * entry.x.mean, y: ySign * entry.y.mean, entry })),
      rounding,
    ).map(({ entry }) => entry);
    const { group, facet, color, dash, members } = own[0]!;
    return {
      series,
      group,
      facet,
      color,
      dash,
      hook: members[0]!.row.hook,
      entries: front,
      hypervolume: hypervolume(
        front.map((entry) => gain({ x: entry.x.mean, y: entry.y.mean })),
        gain(corner),
      ),
    };
  });
  return { fronts, corner };
}

function signOf({ measure: { better = 'neither' } }: AxisChoice): 1 | -1 | undefined {
  return better === 'neither' ? undefined : better === 'higher' ? 1 : -1;
}

function worst(values: readonly number[], sign: number): number {
  return sign > 0 ? Math.min(...values) : Math.max(...values);
}

function largest(values: readonly number[]): number {
  return Math.max(...values.map(Math.abs));
}

function drawn(kind: ScaleKind, value: number): number {
  return kind === 'log' ? Math.log10(value) : value;
}
