import { sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { curveChunks } from '../schema/index.ts';

/** The points of a curve in steps `start` to `start + size − 1`. */
export interface CurveBucket {
  readonly start: number;
  readonly min: number;
  readonly max: number;
  /** The value at the last step of the bucket. */
  readonly last: number;
}

export interface BucketedCurves {
  /** Steps of a bucket: a power of two. */
  readonly size: number;
  /** By run, in the order of steps. Buckets without points are absent; so are runs without this curve. */
  readonly curves: ReadonlyMap<number, readonly CurveBucket[]>;
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
  if (runIds.length === 0) return { size: 1, curves: new Map() };
  const ids = sql.join(
    runIds.map((id) => sql`${id}`),
    sql`, `,
  );
  const chosen = sql`${curveChunks.runId} in (${ids}) and ${curveChunks.curve} = ${curve}
    and ${curveChunks.lastStep} >= ${from} ${until === undefined ? sql`` : sql`and ${curveChunks.firstStep} < ${until}`}`;
  const [extent] = await db.execute<{ first: number | null; last: number | null }>(sql`
    select min(${curveChunks.firstStep}) as first, max(${curveChunks.lastStep}) as last from ${curveChunks} where ${chosen}`);
  if (extent?.first == null || extent.last === null) return { size: 1, curves: new Map() };
  const size = bucketSize(
    Math.max(from, extent.first),
    Math.min((until ?? Infinity) - 1, extent.last),
    buckets,
  );
  const chunks = await db
    .select({ runId: curveChunks.runId, steps: curveChunks.steps, values: curveChunks.values })
    .from(curveChunks)
    .where(chosen)
    .orderBy(curveChunks.runId, curveChunks.firstStep);
  const curves = new Map<number, CurveBucket[]>();
  for (const [runId, ofRun] of Map.groupBy(chunks, (chunk) => chunk.runId)) {
    curves.set(runId, fill(ofRun, size, from, until ?? Infinity));
  }
  return { size, curves };
}

/** The smallest power of two with which the steps from `first` to `last` fit into this number of buckets. */
export function bucketSize(first: number, last: number, buckets: number): number {
  let size = 1;
  while (Math.floor(last / size) - Math.floor(first / size) + 1 > buckets) size *= 2;
  return size;
}

type Points = { readonly steps: readonly number[]; readonly values: readonly number[] };

function fill(chunks: readonly Points[], size: number, from: number, until: number): CurveBucket[] {
  const filled: { start: number; min: number; max: number; last: number }[] = [];
  let current: (typeof filled)[number] | undefined;
  for (const { steps, values } of chunks) {
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index]!;
      const value = values[index]!;
      if (step < from || step >= until) continue;
      const start = step - (step % size);
      if (current?.start !== start) {
        current = { start, min: value, max: value, last: value };
        filled.push(current);
        continue;
      }
      // Written so that a NaN never replaces a number, and a number always replaces a NaN.
      if (value < current.min || Number.isNaN(current.min)) current.min = value;
      if (value > current.max || Number.isNaN(current.max)) current.max = value;
      current.last = value;
    }
  }
  return filled;
}

/** Points of a curve of a run after a step, for a reader that has the earlier ones. */
export async function curveTail(
  db: Db,
  { runId, curve, after }: { runId: number; curve: string; after: number },
): Promise<{ steps: number[]; values: number[] }> {
  const chunks = await db
    .select({ steps: curveChunks.steps, values: curveChunks.values })
    .from(curveChunks)
    .where(
      sql`${curveChunks.runId} = ${runId} and ${curveChunks.curve} = ${curve} and ${curveChunks.lastStep} > ${after}`,
    )
    .orderBy(curveChunks.firstStep);
  const steps = chunks.flatMap((chunk) => chunk.steps);
  const values = chunks.flatMap((chunk) => chunk.values);
  const start = steps.findIndex((step) => step > after);
  return start < 0 ? { steps: [], values: [] } : { steps: steps.slice(start), values: values.slice(start) };
}
