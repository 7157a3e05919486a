import { and, eq, inArray, isNotNull, sql, type SQL } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { runs, sweepRuns, sweeps } from '../schema/index.ts';
import { runStatusNow, sweepStatusNow } from './claimed.ts';
import { notifyRun } from './fence.ts';

/**
 * What readers ask of runs, and what processes that train them look for. A request is a column of the run or of the
 * sweep, so it reaches every process on any machine.
 */

/** What cancelling did. */
export interface Cancellation {
  /** Runs that no process trained. They are cancelled. */
  readonly cancelled: number;
  /** Runs that their processes stop at the end of a step. */
  readonly asked: number;
}

/** Cancels runs. Those that have ended are left alone. */
export function cancelRuns(db: Db, runIds: readonly number[]): Promise<Cancellation> {
  return inTransaction(db, (tx) => cancelWhere(tx, inArray(runs.id, [...runIds])));
}

/**
 * Cancels a sweep and all its runs that have not ended. A command that works on it also stops extracting and evaluating. A
 * sweep in the queue is over with the last run that a worker trains: see `settleSweep`.
 */
export function cancelSweep(db: Db, sweepId: number): Promise<Cancellation> {
  return inTransaction(db, async (tx) => {
    const members = tx.select({ id: sweepRuns.runId }).from(sweepRuns).where(eq(sweepRuns.sweepId, sweepId));
    const cancellation = await cancelWhere(tx, inArray(runs.id, members));
    const ofQueue = cancellation.asked > 0 ? 'queued' : 'cancelled';
    const status = sql`(case when ${sweeps.status} = 'queued' then ${ofQueue}
      when ${sweepStatusNow} = 'running' then 'running' else 'cancelled' end)::sweep_status`;
    await tx
      .update(sweeps)
      .set({ cancelRequestedAt: sql`now()`, status })
      .where(
        cancellation.cancelled + cancellation.asked > 0
          ? eq(sweeps.id, sweepId)
          : and(eq(sweeps.id, sweepId), sql`${sweepStatusNow} in ('queued', 'running', 'interrupted')`),
      );
    return cancellation;
  });
}

/**
 * Puts runs that failed, diverged or were cancelled back into the queue, for a sweep that is running or for the next one.
 * A run with a checkpoint continues there. Sweeps that workers train are in the queue again: workers that look for work
 * find these runs.
 *
 * @returns the number of these runs
 */
export function retryRuns(db: Db, runIds: readonly number[]): Promise<number> {
  return inTransaction(db, async (tx) => {
    const rows = await tx
      .update(runs)
      .set({
        status: 'queued',
        error: null,
        divergedAtStep: null,
        finishedAt: null,
        cancelRequestedAt: null,
        retryRequestedAt: sql`now()`,
      })
      .where(and(inArray(runs.id, [...runIds]), sql`${runStatusNow} in ('failed', 'diverged', 'cancelled')`))
      .returning({ id: runs.id });
    if (rows.length === 0) return 0;
    const retried = rows.map(({ id }) => id);
    const ofThem = tx
      .select({ id: sweepRuns.sweepId })
      .from(sweepRuns)
      .where(inArray(sweepRuns.runId, retried));
    await tx
      .update(sweeps)
      .set({ status: 'queued', cancelRequestedAt: null })
      .where(and(isNotNull(sweeps.queue), inArray(sweeps.id, ofThem)));
    for (const id of retried) await notifyRun(tx, id);
    return rows.length;
  });
}

/** What was asked of these sweeps and runs. */
export interface PendingRequests {
  readonly cancelSweeps: readonly number[];
  readonly cancelRuns: readonly number[];
}

/**
 * Looks for requests to cancel. Both are read at one moment: a sweep that is cancelled has its runs cancelled too.
 *
 * @param sweepIds the sweeps that the process works on
 * @param runIds the runs that it trains
 */
export async function pendingRequests(
  db: Db,
  sweepIds: readonly number[],
  runIds: readonly number[],
): Promise<PendingRequests> {
  const asked = db
    .select({ id: runs.id })
    .from(runs)
    .where(and(inArray(runs.id, [...runIds, -1]), isNotNull(runs.cancelRequestedAt)));
  const cancelled = db
    .select({ id: sweeps.id })
    .from(sweeps)
    .where(and(inArray(sweeps.id, [...sweepIds, -1]), isNotNull(sweeps.cancelRequestedAt)));
  const [row] = await db
    .select({ cancelSweeps: sql<number[]>`array(${cancelled})`, cancelRuns: sql<number[]>`array(${asked})` })
    .from(sql`(select 1) as moment`);
  return row!;
}

/** Of these runs, those that a reader put back into the queue and no process has started since. */
export async function requeuedRuns(db: Db, runIds: readonly number[]): Promise<number[]> {
  if (runIds.length === 0) return [];
  const rows = await db
    .select({ id: runs.id })
    .from(runs)
    .where(and(isNotNull(runs.retryRequestedAt), eq(runs.status, 'queued'), inArray(runs.id, [...runIds])));
  return rows.map(({ id }) => id);
}

/** The hashes of all runs that a reader put back into the queue and no process has started since. */
export async function hashesOfRequeuedRuns(db: Db): Promise<string[]> {
  const rows = await db
    .select({ runHash: runs.runHash })
    .from(runs)
    .where(and(isNotNull(runs.retryRequestedAt), eq(runs.status, 'queued')));
  return rows.map(({ runHash }) => runHash);
}

/**
 * Cancels a run whose process died after a reader had asked it to stop. The caller has claimed the run.
 *
 * @returns whether it is cancelled now
 */
export function endCancelledRun(db: Db, runId: number): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const rows = await tx
      .update(runs)
      .set({ status: 'cancelled', finishedAt: sql`now()` })
      .where(
        and(
          eq(runs.id, runId),
          isNotNull(runs.cancelRequestedAt),
          inArray(runs.status, ['queued', 'running', 'interrupted']),
        ),
      )
      .returning({ id: runs.id });
    for (const { id } of rows) await notifyRun(tx, id);
    return rows.length > 0;
  });
}

async function cancelWhere(tx: Db, which: SQL): Promise<Cancellation> {
  const rows = await tx
    .update(runs)
    .set({
      cancelRequestedAt: sql`now()`,
      status: sql`(case when ${runStatusNow} = 'running' then 'running' else 'cancelled' end)::run_status`,
      finishedAt: sql`case when ${runStatusNow} = 'running' then null else now() end`,
    })
    .where(and(which, sql`${runStatusNow} in ('queued', 'running', 'interrupted')`))
    .returning({ id: runs.id, status: runs.status });
  for (const { id } of rows) await notifyRun(tx, id);
  const asked = rows.filter(({ status }) => status === 'running').length;
  return { cancelled: rows.length - asked, asked };
}
