import { and, eq, ne, sql } from 'drizzle-orm';
import { SaeLabError } from '@sae-lab/errors';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { runs } from '../schema/index.ts';
import type { JsonObject, RunError, RunStatus } from '../schema/index.ts';
import { storableRow, storableText } from './storable.ts';
import { type Attempt, notifyRun, type RunColumns, updateOwnRun } from './fence.ts';
import {
  closeAttempt,
  openAttempt,
  reportAttempt,
  type AttemptEnd,
  type AttemptReport,
} from './run-attempts.ts';

/**
 * Starts a run, or restarts it after a failure or the death of its worker. Earlier attempts can no longer write. The
 * curves stay; a restarted run replaces them (`clearCurves`, `appendCurves`).
 *
 * @param spool what the attempt is read from, if it was made without the database
 * @returns the number of this attempt; null if the run is already finished
 * @throws {SaeLabError} `db.no-such-run`, `db.bad-value`
 */
export function startRun(
  db: Db,
  runId: number,
  { provenance, totalSteps, spool }: { provenance: JsonObject; totalSteps?: number; spool?: string },
): Promise<number | null> {
  return inTransaction(db, async (tx) => {
    const [started] = await tx
      .update(runs)
      .set({
        attempt: sql`${runs.attempt} + 1`,
        status: 'running',
        // Arguments and warnings may contain any text.
        provenance: storableText(provenance),
        ...(totalSteps !== undefined && storableRow(runs, { totalSteps })),
        error: null,
        divergedAtStep: null,
        startedAt: sql`now()`,
        finishedAt: null,
        retryRequestedAt: null,
      })
      .where(and(eq(runs.id, runId), ne(runs.status, 'finished')))
      .returning({ attempt: runs.attempt });
    if (started) {
      await openAttempt(tx, { runId, attempt: started.attempt }, provenance, spool);
      await notifyRun(tx, runId);
      return started.attempt;
    }
    const [run] = await tx.select({ id: runs.id }).from(runs).where(eq(runs.id, runId));
    if (run) return null;
    throw new SaeLabError('db.no-such-run', {
      problem: `run ${runId} does not exist`,
      field: 'runId',
      expected: 'the id of an enqueued run',
      received: String(runId),
      fix: 'Enqueue the run first. It may have been deleted since.',
    });
  });
}

/** Stores the number of steps completed so far, and what the attempt has reported. */
export async function recordProgress(
  db: Db,
  { step, report = {}, ...attempt }: Attempt & { step: number; report?: AttemptReport },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    await updateOwnRun(tx, attempt, { step });
    await reportAttempt(tx, attempt, report);
    await notifyRun(tx, attempt.runId);
  });
}

/** Ends a run that threw. The output of a crashed process may contain any text. */
export function failRun(db: Db, { error, ...attempt }: Attempt & { error: RunError }): Promise<void> {
  return endRun(db, attempt, { status: 'failed', error: storableText(error) }, { reason: 'failed', error });
}

/** Ends a run whose loss or parameters became non-finite at `step`. */
export function divergeRun(
  db: Db,
  { step, error, ...attempt }: Attempt & { step: number; error: RunError },
): Promise<void> {
  const columns = { status: 'diverged', divergedAtStep: step, step, error: storableText(error) } as const;
  return endRun(db, attempt, columns, { reason: 'diverged', error });
}

/**
 * Ends an attempt after which the run continues: it was stopped, or failed for a cause that may be gone next time. The run
 * is cancelled if a reader asked for that, and the attempt of a process that was only stopped too. When started again, it resumes from its checkpoint.
 */
export function interruptRun(
  db: Db,
  attempt: Attempt,
  end: AttemptEnd = { reason: 'interrupted' },
): Promise<void> {
  const status = sql`(case when ${runs.cancelRequestedAt} is null then 'interrupted' else 'cancelled' end)::run_status`;
  const wasStopped = end.reason === 'interrupted' || end.reason === 'preempted';
  return endRun(db, attempt, { status, cancelRequestedAt: runs.cancelRequestedAt }, (now) =>
    wasStopped && now === 'cancelled' ? { reason: 'cancelled' } : end,
  );
}

function endRun(
  db: Db,
  attempt: Attempt,
  columns: RunColumns,
  end: AttemptEnd | ((status: RunStatus) => AttemptEnd),
): Promise<void> {
  return inTransaction(db, async (tx) => {
    // A run that ended by itself has nothing left to cancel.
    const all = { cancelRequestedAt: null, ...columns, finishedAt: sql`now()` };
    const status = await updateOwnRun(tx, attempt, all);
    await closeAttempt(tx, attempt, typeof end === 'function' ? end(status) : end);
    await notifyRun(tx, attempt.runId);
  });
}
