import { and, asc, inArray, sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { metricChunks } from '../schema/index.ts';
import type { Series } from './metric-summary.ts';

/** Points of a full chunk: as a row it takes 17 bytes a point, its share of the index included. */
const CHUNK_POINTS = 60;
/** Of a chunk's row: what it takes without points, and what each point adds. */
const ROW_BYTES = 110;
const POINT_BYTES = 12;
/** Space is reclaimed once the versions of rows that were replaced take this much. */
const RECLAIM_BYTES = 65_536;
/** A statement takes at most 65535 parameters. */
const ROWS_PER_STATEMENT = 5000;

type Chunk = typeof metricChunks.$inferSelect;

/**
 * Appends points to the last chunk of each metric until it is full, and the others in chunks after it.
 *
 * @returns the bytes of the rows that were replaced by longer ones
 */
export async function appendChunks(
  tx: Db,
  runId: number,
  series: readonly [string, Series][],
): Promise<number> {
  const open = await openChunks(
    tx,
    runId,
    series.map(([metric]) => metric),
  );
  const rows = series.flatMap(([metric, { steps, values }]) => {
    const chunks: Chunk[] = [];
    for (let start = 0, end; start < steps.length; start = end) {
      const { firstStep = steps[start]!, points = 0 } = (start === 0 && open.get(metric)) || {};
      end = start + CHUNK_POINTS - points;
      const part = { steps: steps.slice(start, end), values: values.slice(start, end) };
      chunks.push({ runId, metric, ...part, firstStep, lastStep: part.steps.at(-1)! });
    }
    return chunks;
  });
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    await tx
      .insert(metricChunks)
      .values(rows.slice(start, start + ROWS_PER_STATEMENT))
      // One that begins at the same step is the last one so far, which these points fill.
      .onConflictDoUpdate({
        target: [metricChunks.runId, metricChunks.metric, metricChunks.firstStep],
        set: {
          steps: sql`${metricChunks.steps} || excluded.steps`,
          values: sql`${metricChunks.values} || excluded.values`,
          lastStep: sql`excluded.last_step`,
        },
      });
  }
  return [...open.values()].reduce((sum, { points }) => sum + ROW_BYTES + points * POINT_BYTES, 0);
}

/** Bytes of replaced rows since the last time, by database. */
const wasted = new WeakMap<Db, number>();

/**
 * Makes the space of replaced rows usable again, when there is enough of it. Postgres would do so within a minute or
 * more, and the table would have grown to several times its size.
 *
 * @param db the database itself: no transaction can do this
 */
export async function reclaimSpace(db: Db, replaced: number): Promise<void> {
  const bytes = (wasted.get(db) ?? 0) + replaced;
  wasted.set(db, bytes < RECLAIM_BYTES ? bytes : 0);
  if (bytes < RECLAIM_BYTES) return;
  try {
    await db.execute(sql`vacuum (skip_locked, truncate false) ${metricChunks}`);
  } catch {
    // The points are stored. If the database is out of order, the next write says so.
  }
}

/** All chunks of these metrics of these runs, in the order of their points. */
export function chunksOf(db: Db, runIds: readonly number[], metrics: readonly string[]): Promise<Chunk[]> {
  return db
    .select()
    .from(metricChunks)
    .where(and(inArray(metricChunks.runId, [...runIds]), inArray(metricChunks.metric, [...metrics])))
    .orderBy(asc(metricChunks.runId), asc(metricChunks.metric), asc(metricChunks.firstStep));
}

/** Of the metrics whose last chunk is not full: where it begins, and how many points it has. */
async function openChunks(
  tx: Db,
  runId: number,
  metrics: readonly string[],
): Promise<Map<string, { firstStep: number; points: number }>> {
  const { firstStep, steps } = metricChunks;
  const wanted = sql.join(
    metrics.map((metric) => sql`(${metric}::text)`),
    sql`, `,
  );
  // One look into the index for each metric, however many chunks it has.
  const rows = await tx.execute<{ metric: string; first_step: number; points: number }>(sql`
    select wanted.metric, last.first_step, last.points
    from (values ${wanted}) as wanted (metric)
    cross join lateral (
      select ${firstStep} as first_step, cardinality(${steps}) as points
      from ${metricChunks}
      where ${metricChunks.runId} = ${runId} and ${metricChunks.metric} = wanted.metric
      order by ${firstStep} desc limit 1
    ) as last
    where last.points < ${CHUNK_POINTS}`);
  return new Map(rows.map(({ metric, first_step, points }) => [metric, { firstStep: first_step, points }]));
}
