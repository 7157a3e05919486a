import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { runs, sweepRuns, sweeps, type RunStatus } from '../schema/index.ts';
import { runStatusNow } from './claims.ts';

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

/** The sweeps in the queue that a run belongs to. */
export async function queuedSweepsOfRun(db: Db, runId: number): Promise<number[]> {
  const rows = await db
    .select({ id: sweeps.id })
    .from(sweepRuns)
    .innerJoin(sweeps, eq(sweeps.id, sweepRuns.sweepId))
    .where(and(eq(sweepRuns.runId, runId), eq(sweeps.status, 'queued')));
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
 */
export async function settleSweep(db: Db, sweepId: number): Promise<void> {
  await inTransaction(db, (tx) =>
    tx.execute(sql`
      with members as (
        select runs.status from sweep_runs join runs on runs.id = run_id where sweep_id = ${sweepId})
      update sweeps set status = case
        when cancel_requested_at is not null then 'cancelled'
        when exists (select from members where status in ('failed', 'diverged')) then 'failed'
        when exists (select from members where status = 'cancelled') then 'cancelled'
        else 'finished' end::sweep_status
      where id = ${sweepId} and status = 'queued' and not exists (
        select from members where status in ('queued', 'running', 'interrupted'))`),
  );
}
