import { isOnScale, type ScaleKind } from '../charts/scales.ts';
import { stepIn, xOf, type CurveRun } from './curve-run.ts';
import type { XUnit } from './curve-state.ts';
import type { CurveTable } from './curve-table.ts';

export type Range = readonly [number, number];

/** An axis of unknown length grows by this many buckets at a time. */
const GROWTH = 32;
/** An axis shrinks when the values take less than this share of it. */
const LEAST_SHARE = 0.4;

/**
 * The range of x. Of a run that is training, the axis has room for all of its steps from the start, so that it does not
 * move with every point.
 */
export function xRange(
  runs: readonly CurveRun[],
  tables: readonly CurveTable[],
  over: XUnit,
  kind: ScaleKind,
): Range {
  let first = Infinity;
  let last = 0;
  for (const run of runs) {
    if (stepIn(over, run) === null) continue;
    for (const { size, runs: series } of tables) {
      const { buckets, end } = series.get(run.id) ?? { buckets: [], end: -1 };
      if (buckets.length === 0) continue;
      const positive = buckets.find(({ start }) => isOnScale(kind, start));
      first = Math.min(first, xOf(over, run, positive?.start ?? size));
      const grown = run.growing ? Math.ceil((end + 1) / (GROWTH * size)) * GROWTH * size : end;
      last = Math.max(last, xOf(over, run, run.growing ? Math.max(run.totalSteps ?? grown, end) : end));
    }
  }
  if (first === Infinity) return kind === 'log' ? [1, 10] : [0, 1];
  return last > first ? [first, last] : [first, first + Math.max(1, first)];
}

/**
 * The range of an axis whose values change: the one before, extended where the values leave it, unless they would take a
 * small part of that.
 *
 * @param wanted the range that the values would have on their own
 */
export function steadyRange(before: Range | undefined, wanted: Range, kind: ScaleKind): Range {
  if (before === undefined) return wanted;
  const forth = kind === 'log' ? Math.log : (value: number) => value;
  const length = ([low, high]: Range): number => forth(high) - forth(low);
  const both: Range = [Math.min(before[0], wanted[0]), Math.max(before[1], wanted[1])];
  return length(wanted) >= LEAST_SHARE * length(both) ? both : wanted;
}
