import { and, eq, ne, sql } from 'drizzle-orm';
import { SaeLabError } from '@sae-lab/errors';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { runs } from '../schema/index.ts';
import type { JsonObject, RunError } from '../schema/index.ts';
import { storableRow, storableText } from './storable.ts';
import { type Attempt, notifyRun, type RunColumns, updateOwnRun } from './fence.ts';

/**
 * Starts a run, or starts it again after a failure or a worker's death, and returns the number of
 * this attempt: earlier ones can write no more. Null if the run is finished. Its metrics stay; a
 * resumed run rewinds them to its checkpoint (`rewindMetrics`).
 *
 * @throws SaeLabError `db.no-such-run`, `db.bad-value`
 */
export function startRun(
  db: Db,
  id: number,
  { provenance, totalSteps }: { provenance: JsonObject; totalSteps?: number },
): Promise<number | null> {
  return inTransaction(db, async (tx) => {
    const [started] = await tx
      .update(runs)
      .set({
        attempt: sql`${runs.attempt} + 1`,
        status: 'running',
        // Arguments and warnings may hold any text.
        provenance: storableText(provenance),
        ...(totalSteps !== undefined && storableRow(runs, { totalSteps })),
        error: null,
        divergedAtStep: null,
        startedAt: sql`now()`,
        finishedAt: null,
      })
      .where(and(eq(runs.id, id), ne(runs.status, 'finished')))
      .returning({ attempt: runs.attempt });
    if (started) {
      await notifyRun(tx, id);
      return started.attempt;
    }
    const [run] = await tx.select({ id: runs.id }).from(runs).where(eq(runs.id, id));
    if (run) return null;
    throw new SaeLabError('db.no-such-run', {
      problem: `there is no run ${id}`,
      field: 'id',
      expected: 'the id of a run that was enqueued',
      received: String(id),
      fix: 'Enqueue it first; it may have been deleted since.',
    });
  });
}

/** Stores how many steps are done. */
export async function recordProgress(
  db: Db,
  { step, ...attempt }: Attempt & { step: number },
): Promise<void> {
  await inTransaction(db, (tx) => updateOwnRun(tx, attempt, { step }));
}

/** Ends a run that threw; the last words of a crashed process may hold any text. */
export function failRun(db: Db, { error, ...attempt }: Attempt & { error: RunError }): Promise<void> {
  return endRun(db, attempt, { status: 'failed', error: storableText(error) });
}

/** Ends a run whose loss or parameters stopped being finite at `step`. */
export function divergeRun(
  db: Db,
  { step, error, ...attempt }: Attempt & { step: number; error: RunError },
): Promise<void> {
  return endRun(db, attempt, { status: 'diverged', divergedAtStep: step, step, error: storableText(error) });
}

/** Ends a run that was asked to stop; it goes on from its checkpoint when it is started again. */
export function interruptRun(db: Db, attempt: Attempt): Promise<void> {
  return endRun(db, attempt, { status: 'interrupted' });
}

function endRun(db: Db, attempt: Attempt, columns: RunColumns): Promise<void> {
  return inTransaction(db, async (tx) => {
    await updateOwnRun(tx, attempt, { ...columns, finishedAt: sql`now()` });
    await notifyRun(tx, attempt.runId);
  });
}
