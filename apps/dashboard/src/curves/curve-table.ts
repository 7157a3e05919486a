import { bucketSize, coarser, fill, type CurveBucket } from '@sae-lab/db/buckets';
import type { SentCurve, SentTail } from './curve-answer.ts';

/** A curve of several runs in buckets that they share, as the browser keeps it. */
export interface CurveTable {
  /** Steps of a bucket: a power of two. */
  readonly size: number;
  readonly runs: ReadonlyMap<number, CurveSeries>;
}

interface CurveSeries {
  readonly buckets: readonly CurveBucket[];
  /** The last step that was read: where the next points continue. */
  readonly end: number;
}

/** Which steps a table has, and in how many buckets at most. */
export interface CurveWindow {
  readonly from: number;
  readonly until: number | undefined;
  readonly buckets: number;
}

/** A curve as it was sent. Runs without a point in the window are there, too, so that they can grow. */
export function tableOf(
  { size, runs }: SentCurve,
  runIds: readonly number[],
  { from }: CurveWindow,
): CurveTable {
  const known = new Map(
    runs.map(({ id, end, at, last, min = last, max = last }): [number, CurveSeries] => [
      id,
      {
        end,
        buckets: at.map((bucket, index) => ({
          start: bucket * size,
          min: min[index] ?? Number.NaN,
          max: max[index] ?? Number.NaN,
          last: last[index] ?? Number.NaN,
        })),
      },
    ]),
  );
  return { size, runs: new Map(runIds.map((id) => [id, known.get(id) ?? { buckets: [], end: from - 1 }])) };
}

/** A table with the runs of another one. Both get the larger buckets. */
export function joined(one: CurveTable | undefined, other: CurveTable): CurveTable {
  if (one === undefined) return other;
  const size = Math.max(one.size, other.size);
  return { size, runs: new Map([...inSize(one, size).runs, ...inSize(other, size).runs]) };
}

/** A table with the points that follow. It is equal to one that is read again. */
export function appended(
  table: CurveTable,
  tails: readonly SentTail[],
  { from, until, buckets }: CurveWindow,
): CurveTable {
  const runs = new Map(table.runs);
  const window = { size: table.size, from, ...(until !== undefined && { until }) };
  for (const { run, steps, values } of tails) {
    const series = runs.get(run);
    if (series === undefined) continue;
    const start = steps.findIndex((step) => step > series.end);
    if (start < 0) continue;
    const points = {
      steps: steps.slice(start),
      values: values.slice(start).map((value) => value ?? Number.NaN),
    };
    runs.set(run, { buckets: fill(series.buckets, points, window), end: points.steps.at(-1)! });
  }
  const filled = [...runs.values()].filter((series) => series.buckets.length > 0);
  if (filled.length === 0) return { ...table, runs };
  const first = Math.min(...filled.map((series) => series.buckets[0]!.start));
  const last = Math.max(...filled.map((series) => series.buckets.at(-1)!.start));
  const size = Math.max(table.size, bucketSize(first, last, buckets));
  return inSize({ ...table, runs }, size);
}

function inSize({ size, runs }: CurveTable, wanted: number): CurveTable {
  if (size === wanted) return { size, runs };
  return {
    size: wanted,
    runs: new Map(
      [...runs].map(([id, { buckets, end }]) => [id, { buckets: coarser(buckets, wanted), end }]),
    ),
  };
}
