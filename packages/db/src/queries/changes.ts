import { eq, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { SQL } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { runStatusNow, sweepStatusNow } from './claims.ts';
import { metricSummaries, runs, sweepRuns, sweeps } from '../schema/index.ts';

/**
 * Short texts that change whenever what a reader shows may have changed, at a fraction of what it costs to read
 * it: for polling. They mean nothing else, and are not comparable between versions of the project.
 */

/** Of the list of sweeps with their counts. */
export async function sweepsVersion(db: Db): Promise<string> {
  const [ofSweeps] = await db
    .select({ digest: digest(sweeps.id, sweepStatusNow, sweeps.lastStartedAt) })
    .from(sweeps);
  const [ofRuns] = await db
    .select({ digest: digest(sweepRuns.sweepId, runs.id, runStatusNow) })
    .from(sweepRuns)
    .innerJoin(runs, eq(runs.id, sweepRuns.runId));
  return `${ofSweeps!.digest}${ofRuns!.digest}`;
}

/** Of a sweep and its runs: their order, statuses, progress and results. */
export async function sweepVersion(db: Db, sweepId: number): Promise<string> {
  const [sweep] = await db
    .select({ digest: digest(sweeps.id, sweepStatusNow, sweeps.lastStartedAt) })
    .from(sweeps)
    .where(eq(sweeps.id, sweepId));
  const [ofRuns] = await db
    .select({
      digest: digest(sweepRuns.position, runs.id, runs.attempt, runStatusNow, runs.step, runs.totalSteps),
    })
    .from(sweepRuns)
    .innerJoin(runs, eq(runs.id, sweepRuns.runId))
    .where(eq(sweepRuns.sweepId, sweepId));
  return `${sweep!.digest}${ofRuns!.digest}`;
}

/** Of a run with its curves. */
export async function runVersion(db: Db, runId: number): Promise<string> {
  const [ofRun] = await db
    .select({ digest: digest(runs.attempt, runStatusNow, runs.step) })
    .from(runs)
    .where(eq(runs.id, runId));
  const [ofCurves] = await db
    .select({ digest: digest(metricSummaries.metric, metricSummaries.count, metricSummaries.lastStep) })
    .from(metricSummaries)
    .where(eq(metricSummaries.runId, runId));
  return `${ofRun!.digest}${ofCurves!.digest}`;
}

/** Sum of the rows' hashes: the same rows give the same text, in whatever order; '' where there are none. */
function digest(...columns: (PgColumn | SQL)[]): SQL<string> {
  const row = sql`concat_ws(',', ${sql.join(columns, sql`, `)})`;
  return sql<string>`case when count(*) = 0 then '' else concat(count(*), ':', sum(hashtextextended(${row}, 0))) end`;
}
