import { sql } from 'drizzle-orm';
import { bucketSize, fill, type CurveBucket } from '../buckets/index.ts';
import type { Db } from '../connection/connect.ts';
import { curveChunks } from '../schema/index.ts';

export interface BucketedCurves {
  /** Steps of a bucket: a power of two. */
  readonly size: number;
  /** By run, in the order of steps. Buckets without points are absent; so are runs without this curve. */
  readonly curves: ReadonlyMap<number, readonly CurveBucket[]>;
  /** By run, the last step that was read: where `curveTails` continues. */
  readonly ends: ReadonlyMap<number, number>;
}

/**
 * A curve of several runs in at most `buckets` buckets each. Buckets start at multiples of a power of two, so that new
 * points and a different window never move an edge: they only fill buckets or merge pairs. NaN is left out of `min` and
 * `max` unless a bucket has nothing else.
 *
 * @param buckets the largest number of buckets of a run
 */
export async function bucketedCurves(
  db: Db,
  {
    runIds,
    curve,
    from = 0,
    until,
    buckets,
  }: { runIds: readonly number[]; curve: string; from?: number; until?: number; buckets: number },
): Promise<BucketedCurves> {
  const none = { size: 1, curves: new Map(), ends: new Map() };
  if (runIds.length === 0) return none;
  const ids = sql.join(
    runIds.map((id) => sql`${id}`),
    sql`, `,
  );
  const chosen = sql`${curveChunks.runId} in (${ids}) and ${curveChunks.curve} = ${curve}
    and ${curveChunks.lastStep} >= ${from} ${until === undefined ? sql`` : sql`and ${curveChunks.firstStep} < ${until}`}`;
  const chunks = await db
    .select({
      runId: curveChunks.runId,
      lastStep: curveChunks.lastStep,
      steps: curveChunks.steps,
      values: curveChunks.values,
    })
    .from(curveChunks)
    .where(chosen)
    .orderBy(curveChunks.runId, curveChunks.firstStep);
  if (chunks.length === 0) return none;
  const isInside = (step: number): boolean => step >= from && step < (until ?? Infinity);
  let [first, last] = [Infinity, 0];
  for (const { steps } of chunks) {
    first = Math.min(first, steps.find(isInside) ?? Infinity);
    last = Math.max(last, steps.findLast(isInside) ?? 0);
  }
  const size = first === Infinity ? 1 : bucketSize(first, last, buckets);
  const window = { size, from, ...(until !== undefined && { until }) };
  const byRun = [...Map.groupBy(chunks, ({ runId }) => runId)];
  return {
    size,
    curves: new Map(
      byRun.map(([runId, ofRun]) => [
        runId,
        fill(
          [],
          { steps: ofRun.flatMap(({ steps }) => steps), values: ofRun.flatMap(({ values }) => values) },
          window,
        ),
      ]),
    ),
    ends: new Map(byRun.map(([runId, ofRun]) => [runId, ofRun.at(-1)!.lastStep])),
  };
}
