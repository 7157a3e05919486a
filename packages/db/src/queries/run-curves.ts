import { asc, eq } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { metricChunks } from '../schema/index.ts';
import type { Series } from './metric-summary.ts';

/** All points of all metrics of one run, by metric in alphabetical order. */
export async function curvesOfRun(db: Db, runId: number): Promise<Map<string, Series>> {
  const chunks = await db
    .select()
    .from(metricChunks)
    .where(eq(metricChunks.runId, runId))
    .orderBy(asc(metricChunks.metric), asc(metricChunks.firstStep));
  return new Map(
    [...Map.groupBy(chunks, ({ metric }) => metric)].map(([metric, rows]) => [
      metric,
      { steps: rows.flatMap(({ steps }) => steps), values: rows.flatMap(({ values }) => values) },
    ]),
  );
}
