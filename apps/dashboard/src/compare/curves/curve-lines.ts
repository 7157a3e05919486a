import type { CompareRow } from '../compare-row.ts';
import type { Group } from '../groups.ts';
import type { CurveData } from '../load-compare.ts';
import { groupMean, type BucketedCurve } from './group-mean.ts';
import { rebucketed } from './over-tokens.ts';
import { smooth } from './smooth.ts';

export type Over = 'step' | 'tokens';

/** A point of a line, with x in steps or tokens. */
export interface LinePoint {
  readonly x: number;
  readonly y: number | null;
}

export interface GroupLines {
  readonly name: string;
  readonly color: string;
  readonly members: readonly {
    readonly row: CompareRow;
    readonly raw: readonly LinePoint[];
    readonly line: readonly LinePoint[];
  }[];
  readonly mean: readonly {
    readonly x: number;
    readonly n: number;
    readonly mean: number;
    readonly low: number;
    readonly high: number;
  }[];
}

/** Whether the runs can be drawn over tokens: the size of every step is known. */
export function knowsTokens(rows: readonly CompareRow[]): boolean {
  return rows.every(({ stepTokens }) => stepTokens !== null);
}

/** The curves of each group with their mean. Smoothing applies to each curve; the mean is that of the smoothed curves. */
export function groupLines(
  groups: readonly Group[],
  data: CurveData,
  over: Over,
  weight: number,
): GroupLines[] {
  const curves = new Map(data.runs.map((run) => [run.id, run]));
  const shown = groups.flatMap(({ rows }) => rows.filter(({ id }) => curves.has(id)));
  const largest = Math.max(1, ...shown.map(({ stepTokens }) => stepTokens ?? 1));
  const unit = over === 'tokens' ? data.size * largest : data.size;
  const points = (at: readonly number[], values: readonly (number | null)[]): LinePoint[] =>
    at.map((bucket, index) => ({ x: bucket * unit, y: values[index]! }));
  return groups.flatMap(({ name, color, rows }) => {
    const members = rows.flatMap((row) => {
      const stored = curves.get(row.id);
      if (stored === undefined) return [];
      const raw: BucketedCurve = over === 'tokens' ? rebucketed(stored, row.stepTokens! / largest) : stored;
      return [{ row, raw, smoothed: smooth(raw.values, weight) }];
    });
    if (members.length === 0) return [];
    return [
      {
        name,
        color,
        members: members.map(({ row, raw, smoothed }) => ({
          row,
          raw: weight === 0 ? [] : points(raw.at, raw.values),
          line: points(raw.at, smoothed),
        })),
        mean: groupMean(members.map(({ raw, smoothed }) => ({ at: raw.at, values: smoothed }))).map(
          ({ at, ...rest }) => ({ x: at * unit, ...rest }),
        ),
      },
    ];
  });
}
