import { bucketSize } from '@sae-lab/db/buckets';
import { stepIn, xOf, type CurveRun } from './curve-run.ts';
import type { XUnit } from './curve-state.ts';
import type { CurveTable } from './curve-table.ts';
import { groupMean } from './group-mean.ts';
import { smooth } from './smooth.ts';

/** Runs that share a colour, and a mean. */
export interface CurveGroup {
  readonly name: string;
  /** A CSS colour, possibly a variable. */
  readonly color: string;
  /** As SVG writes it; solid if absent. */
  readonly dash?: string | undefined;
  readonly runs: readonly CurveRun[];
}

/** A point of a line, with x in the unit that is shown. Null is a gap. */
export interface LinePoint {
  readonly x: number;
  readonly y: number | null;
}

interface MeanPoint {
  readonly x: number;
  readonly n: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface GroupLines {
  readonly name: string;
  readonly color: string;
  readonly dash?: string | undefined;
  readonly members: readonly {
    readonly run: CurveRun;
    /** Empty unless the line is smoothed. */
    readonly raw: readonly LinePoint[];
    readonly line: readonly LinePoint[];
  }[];
  /** Means with their 95 % t intervals. Of a single run its line, between the extremes of each bucket. */
  readonly mean: readonly MeanPoint[];
}

interface LineOptions {
  readonly over: XUnit;
  /** Weight of the moving average: 0 for none. */
  readonly weight: number;
}

/** A mean of fewer runs than this share of its group would jump where the others end. */
const LEAST_SHARE = 0.5;
/** Buckets in which the whole run is smoothed by the stated weight per bucket. */
const SMOOTHED_BUCKETS = 300;

/**
 * The curves of each group with their mean. Smoothing applies to each curve; the mean is that of the smoothed curves. Runs
 * whose steps have different sizes in the unit of x share buckets of it.
 */
export function groupLines(
  groups: readonly CurveGroup[],
  table: CurveTable,
  { over, weight }: LineOptions,
): GroupLines[] {
  const shown = groups.flatMap(({ runs }) => runs.filter((run) => stepIn(over, run) !== null));
  const largest = Math.max(0, ...shown.map((run) => stepIn(over, run)!));
  const unit = table.size * largest;
  const stretch = stretchOf(shown, table);
  return groups.flatMap(({ name, color, dash, runs }) => {
    const members = runs.flatMap((run) => {
      const buckets = table.runs.get(run.id)?.buckets ?? [];
      const step = stepIn(over, run);
      if (step === null || buckets.length === 0) return [];
      const at = buckets.map(({ start }) => start);
      const lasts = buckets.map(({ last }) => (Number.isFinite(last) ? last : null));
      const smoothed = smooth(at, lasts, weight, stretch);
      const clocked = run.clock !== undefined && (over === 'time' || over === 'wall');
      const points = buckets.map(({ start, min, max }, index) => ({
        at: clocked
          ? shared(xOf(over, run, start) / unit, runs.length)
          : Math.floor((start / table.size) * (step / largest)),
        raw: lasts[index]!,
        value: smoothed[index]!,
        min,
        max,
      }));
      return [{ run, points: step === largest && !clocked ? points : inSharedBuckets(points) }];
    });
    if (members.length === 0) return [];
    const mean =
      members.length === 1
        ? ownRange(members[0]!.points, weight)
        : groupMean(
            members.map(({ points }) => ({
              at: points.map(({ at }) => at),
              values: points.map(({ value }) => value),
            })),
          ).filter(({ n }) => n >= members.length * LEAST_SHARE);
    return [
      {
        name,
        color,
        dash,
        members: members.map(({ run, points }) => ({
          run,
          raw: weight === 0 ? [] : points.map(({ at, raw }) => ({ x: at * unit, y: raw })),
          line: points.map(({ at, value }) => ({ x: at * unit, y: value })),
        })),
        mean: mean.map(({ at, ...rest }) => ({ x: at * unit, ...rest })),
      },
    ];
  });
}

/** A line on its own keeps its places; those of a group meet in buckets, where they have a mean. */
function shared(at: number, runs: number): number {
  return runs === 1 ? at : Math.floor(at);
}

interface Point {
  readonly at: number;
  readonly raw: number | null;
  readonly value: number | null;
  readonly min: number;
  readonly max: number;
}

/** Of several points in a shared bucket, the last one counts. */
function inSharedBuckets(points: readonly Point[]): Point[] {
  const merged = new Map<number, Point>();
  for (const point of points) {
    const before = merged.get(point.at);
    merged.set(point.at, {
      ...point,
      min: Math.min(before?.min ?? Infinity, point.min),
      max: Math.max(before?.max ?? -Infinity, point.max),
    });
  }
  return [...merged.values()];
}

/** A single run between the extremes of its buckets. A smoothed line leaves them, so it has none. */
function ownRange(points: readonly Point[], weight: number) {
  return points.flatMap(({ at, value, min, max }) => {
    if (value === null) return [];
    const [low, high] = weight === 0 && Number.isFinite(max - min) ? [min, max] : [value, value];
    return [{ at, n: 1, mean: value, low, high }];
  });
}

/** The steps after which a value counts `weight` times as much. It depends on the whole run only, not on what is shown. */
function stretchOf(runs: readonly CurveRun[], { runs: series }: CurveTable): number {
  const totals = runs.map(({ totalSteps }) => totalSteps ?? 0);
  const ends = [...series.values()].map(({ end }) => end + 1);
  return bucketSize(
    0,
    Math.max(1, ...totals, ...(Math.max(0, ...totals) > 0 ? [] : ends)) - 1,
    SMOOTHED_BUCKETS,
  );
}
