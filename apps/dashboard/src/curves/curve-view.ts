import type { ScaleKind } from '../charts/scales.ts';
import type { Range } from './axis-range.ts';
import { stepAt, stepIn, unitsOf, type CurveRun } from './curve-run.ts';
import type { XUnit } from './curve-state.ts';
import type { CurveWindow } from './curve-table.ts';

/** The part of x that an address names; undefined for all of it. */
export function zoomOf({ from, until }: { from: number | null; until: number | null }): Range | undefined {
  const low = Math.max(0, from ?? 0);
  return until !== null && Number.isFinite(until) && until > low ? [low, until] : undefined;
}

/** The range of x that is shown. A log axis has no 0, which an address may name. */
export function shownRange(zoom: Range | undefined, whole: Range, kind: ScaleKind): Range {
  if (zoom === undefined) return whole;
  return kind === 'log' && zoom[0] <= 0 ? [Math.min(whole[0], zoom[1] / 2), zoom[1]] : zoom;
}

/** The unit of x that an address names, if these runs can be drawn over it. */
export function shownUnit(asked: XUnit, runs: readonly CurveRun[]): XUnit {
  return unitsOf(runs).includes(asked) ? asked : 'step';
}

/** The steps that runs have in a part of x. */
export function windowOf(
  zoom: Range | undefined,
  over: XUnit,
  runs: readonly CurveRun[],
  buckets: number,
): CurveWindow | undefined {
  const shown = runs.filter((run) => (stepIn(over, run) ?? 0) > 0);
  if (zoom === undefined || shown.length === 0) return undefined;
  const most = 2 ** 31 - 1;
  const ends = zoom.map((x) => shown.map((run) => stepAt(over, run, x)));
  const from = Math.min(most, Math.floor(Math.min(...ends[0]!)));
  const until = Math.min(most, Math.ceil(Math.max(...ends[1]!)) + 1);
  return { from, until: Math.max(until, from + 1), buckets };
}

const ALL_POINTS = 40_000;
const LEAST_BUCKETS = 60;

/** Buckets of a curve, so that all of them together stay quick to send and to draw. */
export function bucketsFor(runs: number, most: number): number {
  return Math.max(LEAST_BUCKETS, Math.min(most, Math.floor(ALL_POINTS / Math.max(1, runs))));
}
