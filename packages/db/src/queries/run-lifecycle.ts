import { and, eq, ne, sql } from 'drizzle-orm';
import { SaeLabError } from '@sae-lab/errors';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { runs } from '../schema/index.ts';
import type { JsonObject, RunError } from '../schema/index.ts';
import { storableRow, storableText } from './storable.ts';
import { type Attempt, notifyRun, type RunColumns, updateOwnRun } from './fence.ts';

/**
 * Starts a run, or restarts it after a failure or the death of its worker. Earlier attempts can no longer write. The
 * curves stay; a restarted run replaces them (`clearCurves`, `appendCurves`).
 *
 * @returns the number of this attempt; null if the run is already finished
 * @throws {SaeLabError} `db.no-such-run`, `db.bad-value`
 */
export function startRun(
  db: Db,
  runId: number,
  { provenance, totalSteps }: { provenance: JsonObject; totalSteps?: number },
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
      })
      .where(and(eq(runs.id, runId), ne(runs.status, 'finished')))
      .returning({ attempt: runs.attempt });
    if (started) {
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

/** Stores the number of steps completed so far. */
export async function recordProgress(
  db: Db,
  { step, ...attempt }: Attempt & { step: number },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    await updateOwnRun(tx, attempt, { step });
    await notifyRun(tx, attempt.runId);
  });
}

/** Ends a run that threw. The output of a crashed process may contain any text. */
export function failRun(db: Db, { error, ...attempt }: Attempt & { error: RunError }): Promise<void> {
  return endRun(db, attempt, { status: 'failed', error: storableText(error) });
}

/** Ends a run whose loss or parameters became non-finite at `step`. */
export function divergeRun(
  db: Db,
  { step, error, ...attempt }: Attempt & { step: number; error: RunError },
): Promise<void> {
  return endRun(db, attempt, { status: 'diverged', divergedAtStep: step, step, error: storableText(error) });
}

/** Ends a run that was stopped. When started again, it resumes from its checkpoint. */
export function interruptRun(db: Db, attempt: Attempt): Promise<void> {
  return endRun(db, attempt, { status: 'interrupted' });
}

function endRun(db: Db, attempt: Attempt, columns: RunColumns): Promise<void> {
  return inTransaction(db, async (tx) => {
    await updateOwnRun(tx, attempt, { ...columns, finishedAt: sql`now()` });
    await notifyRun(tx, attempt.runId);
  });
}
