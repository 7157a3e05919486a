import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { artifacts, figures, histograms, runs, sweepRuns, sweeps, type RunStatus } from '../schema/index.ts';
import { runStatusNow } from './claimed.ts';
import { notifyRun } from './fence.ts';

/** Statuses of a run that is not over. */
const PENDING = ['queued', 'running', 'interrupted'] as const;

/** Puts runs that failed, diverged or were cancelled back to the start of their life, so that they are trained again. */
export async function requeueRuns(db: Db, runIds: readonly number[]): Promise<void> {
  if (runIds.length === 0) return;
  await inTransaction(db, (tx) =>
    tx
      .update(runs)
      .set({ status: 'queued', error: null, divergedAtStep: null, cancelRequestedAt: null })
      .where(and(inArray(runs.id, [...runIds]), inArray(runs.status, ['failed', 'diverged', 'cancelled']))),
  );
}

/**
 * Puts finished runs back to the start of their life, because their files are lost. Their figures are gone until they have
 * finished again.
 */
export async function forgetResults(db: Db, runIds: readonly number[]): Promise<void> {
  if (runIds.length === 0) return;
  await inTransaction(db, async (tx) => {
    const forgotten = await tx
      .update(runs)
      .set({ status: 'queued', step: 0, seconds: null, finishedAt: null })
      .where(and(inArray(runs.id, [...runIds]), eq(runs.status, 'finished')))
      .returning({ id: runs.id });
    const ids = forgotten.map(({ id }) => id);
    for (const table of [figures, histograms, artifacts]) {
      await tx.delete(table).where(inArray(table.runId, [-1, ...ids]));
    }
    for (const id of ids) await notifyRun(tx, id);
  });
}

/** The sweeps in the queue that some of these runs belong to. */
export async function queuedSweepsOf(db: Db, runIds: readonly number[]): Promise<number[]> {
  const rows = await db
    .selectDistinct({ id: sweeps.id })
    .from(sweepRuns)
    .innerJoin(sweeps, eq(sweeps.id, sweepRuns.sweepId))
    .where(and(inArray(sweepRuns.runId, [-1, ...runIds]), eq(sweeps.status, 'queued')));
  return rows.map(({ id }) => id);
}

/** The number of runs of a sweep that are not over. */
export async function pendingRunsOf(db: Db, sweepId: number): Promise<number> {
  const [row] = await db
    .select({ pending: sql<number>`count(*)::int` })
    .from(sweepRuns)
    .innerJoin(runs, eq(runs.id, sweepRuns.runId))
    .where(and(eq(sweepRuns.sweepId, sweepId), inArray(runs.status, [...PENDING])));
  return row!.pending;
}

/** How far a run is. */
export interface RunState {
  id: number;
  status: RunStatus;
  step: number;
  totalSteps: number | null;
  attempt: number;
}

/** How far the runs of a sweep are, in no particular order. */
export function runStatesOf(db: Db, sweepId: number): Promise<RunState[]> {
  const { id, step, totalSteps, attempt } = runs;
  return db
    .select({ id, status: runStatusNow, step, totalSteps, attempt })
    .from(sweepRuns)
    .innerJoin(runs, eq(runs.id, sweepRuns.runId))
    .where(eq(sweepRuns.sweepId, sweepId));
}

/**
 * Ends a sweep in the queue once none of its runs is pending: cancelled if that was asked, else failed if one of them failed
 * or diverged, else cancelled if one of them was cancelled.
 *
 * @param failedEvaluations those that the sweep asked for and that failed
 */
export async function settleSweep(db: Db, sweepId: number, failedEvaluations = 0): Promise<void> {
  await inTransaction(db, (tx) =>
    tx.execute(sql`
      with members as (
        select runs.status from sweep_runs join runs on runs.id = run_id where sweep_id = ${sweepId})
      update sweeps set status = case
        when cancel_requested_at is not null then 'cancelled'
        when exists (select from members where status in ('failed', 'diverged')) then 'failed'
        when exists (select from members where status = 'cancelled') then 'cancelled'
        else 'finished' end::sweep_status, failed_evaluations = ${failedEvaluations}
      where id = ${sweepId} and status = 'queued' and not exists (
        select from members where status in ('queued', 'running', 'interrupted'))`),
  );
}
