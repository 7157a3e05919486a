import { and, eq, inArray, isNotNull, or, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { SQL } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { holderLives, runStatusNow, sweepStatusNow } from './claimed.ts';
import {
  claimHolders,
  curveChunks,
  evaluations,
  runs,
  runTags,
  sweepRuns,
  sweepSaes,
  sweeps,
  sweepTags,
  workers,
} from '../schema/index.ts';

/**
 * Versions for polling: short texts that change whenever a page may have changed, at a fraction of the cost of reading
 * its data. They have no other meaning and are not comparable between versions of the project.
 */

/** What pages show of a sweep and of a run, and changes. */
const SWEEP = [
  sweeps.id,
  sweepStatusNow,
  sweeps.lastStartedAt,
  sql`${sweeps.archivedAt} is null`,
  sql`${sweeps.cancelRequestedAt} is null`,
  sweeps.notes,
  sweeps.priority,
];
const RUN = [runs.id, runs.attempt, runStatusNow, runs.step, sql`${runs.cancelRequestedAt} is null`];

/** The version of the list of sweeps with their counts. */
export async function sweepsVersion(db: Db): Promise<string> {
  const [ofSweeps] = await db.select({ digest: digest(...SWEEP) }).from(sweeps);
  const [ofRuns] = await db
    .select({ digest: digest(sweepRuns.sweepId, runs.id, runStatusNow) })
    .from(sweepRuns)
    .innerJoin(runs, eq(runs.id, sweepRuns.runId));
  const [ofTags] = await db.select({ digest: digest(sweepTags.sweepId, sweepTags.tag) }).from(sweepTags);
  return `${ofSweeps!.digest}${ofRuns!.digest}${ofTags!.digest}`;
}

/** The version of a sweep and its runs: order, statuses, progress and results, and the workers that live. */
export async function sweepVersion(db: Db, sweepId: number): Promise<string> {
  const [sweep] = await db
    .select({ digest: digest(...SWEEP) })
    .from(sweeps)
    .where(eq(sweeps.id, sweepId));
  const [ofRuns] = await db
    .select({
      digest: digest(sweepRuns.position, ...RUN, runs.totalSteps),
    })
    .from(sweepRuns)
    .innerJoin(runs, eq(runs.id, sweepRuns.runId))
    .where(eq(sweepRuns.sweepId, sweepId));
  const members = db.select({ id: sweepRuns.runId }).from(sweepRuns).where(eq(sweepRuns.sweepId, sweepId));
  const saes = db.select({ id: sweepSaes.saeId }).from(sweepSaes).where(eq(sweepSaes.sweepId, sweepId));
  const [ofSaes] = await db
    .select({ digest: digest(sweepSaes.position, sweepSaes.saeId) })
    .from(sweepSaes)
    .where(eq(sweepSaes.sweepId, sweepId));
  const ofEvaluations = await evaluationsDigest(
    db,
    or(inArray(evaluations.runId, members), inArray(evaluations.saeId, saes)),
  );
  const [ofWorkers] = await db
    .select({ digest: digest(workers.id) })
    .from(workers)
    .innerJoin(claimHolders, eq(claimHolders.id, workers.holderId))
    .where(holderLives);
  const [ofTags] = await db
    .select({ digest: digest(sweepTags.tag) })
    .from(sweepTags)
    .where(eq(sweepTags.sweepId, sweepId));
  return `${sweep!.digest}${ofRuns!.digest}${ofTags!.digest}${ofSaes!.digest}${ofWorkers!.digest}${ofEvaluations}`;
}

/** The version of the table of all runs: statuses, progress, results, evaluations and tags. */
export async function runsVersion(db: Db): Promise<string> {
  const [ofRuns] = await db
    .select({ digest: digest(runs.id, runs.attempt, runStatusNow, runs.step) })
    .from(runs);
  const [ofTags] = await db.select({ digest: digest(runTags.runId, runTags.tag) }).from(runTags);
  return `${ofRuns!.digest}${ofTags!.digest}${await evaluationsDigest(db, isNotNull(evaluations.runId))}`;
}

/** The version of a run, the set of its curves and its evaluations. The points of curves have cursors instead. */
export async function runVersion(db: Db, runId: number): Promise<string> {
  const [ofRun] = await db
    .select({ digest: digest(...RUN, runs.notes) })
    .from(runs)
    .where(eq(runs.id, runId));
  const names = db
    .selectDistinct({ curve: curveChunks.curve })
    .from(curveChunks)
    .where(eq(curveChunks.runId, runId))
    .as('names');
  const [ofCurves] = await db.select({ digest: digest(names.curve) }).from(names);
  const [ofTags] = await db
    .select({ digest: digest(runTags.tag) })
    .from(runTags)
    .where(eq(runTags.runId, runId));
  return `${ofRun!.digest}${ofCurves!.digest}${ofTags!.digest}${await evaluationsDigest(db, eq(evaluations.runId, runId))}`;
}

async function evaluationsDigest(db: Db, which: SQL | undefined): Promise<string> {
  const [row] = await db
    .select({ digest: digest(evaluations.id, evaluations.finishedAt) })
    .from(evaluations)
    .where(and(isNotNull(evaluations.finishedAt), which));
  return row!.digest;
}

/** The count and the sum of hashes of rows: equal rows give equal texts in any order; no rows give ''. */
function digest(...columns: (PgColumn | SQL)[]): SQL<string> {
  const row = sql`concat_ws(',', ${sql.join(columns, sql`, `)})`;
  return sql<string>`case when count(*) = 0 then '' else concat(count(*), ':', sum(hashtextextended(${row}, 0))) end`;
}
