import { logTicks } from '../../charts/scales.ts';
import { interpolateAt, reachOf } from './interpolate.ts';
import type { MatchedRun } from './matched.ts';

const MOST = 5;
const DIGITS = 3;

/**
 * L0s to compare at: round numbers that the runs of as many groups as possible bracket. If no round number is bracketed by
 * two groups, the middle of what two groups share.
 */
export function defaultTargets(runs: readonly MatchedRun[]): number[] {
  const series = [...Map.groupBy(runs, ({ group, setting }) => JSON.stringify([group, setting])).values()];
  const reaches = series.flatMap((members) => reachOf(members) ?? []);
  if (reaches.length === 0) return [];
  const count = (l0: number) => series.filter((members) => interpolateAt(members, l0) !== undefined).length;
  const needed = Math.min(2, series.length);
  const shared = [Math.min(...reaches), Math.max(...reaches)] as const;
  const round = logTicks(shared, 12).filter((l0) => count(l0) >= needed);
  const most = Math.max(0, ...round.map(count));
  const best = round.filter((l0) => count(l0) === most);
  if (best.length > 0) return spreadOut(best);
  return middleOfEnds(reaches)
    .filter((l0) => count(l0) >= needed)
    .slice(0, 1);
}

/** Between neighbouring ends of the groups' ranges, a group is either everywhere or nowhere. */
function middleOfEnds(ends: readonly number[]): number[] {
  const sorted = [...new Set(ends)].toSorted((a, b) => a - b);
  const middles = sorted.slice(1).map((end, i) => Number(Math.sqrt(end * sorted[i]!).toPrecision(DIGITS)));
  return [...middles, ...sorted];
}

function spreadOut(values: readonly number[]): number[] {
  if (values.length <= MOST) return [...values];
  return Array.from({ length: MOST }, (_, i) => values[Math.round((i * (values.length - 1)) / (MOST - 1))]!);
}
