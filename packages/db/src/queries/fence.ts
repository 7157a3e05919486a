import { and, eq, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import { SaeLabError } from '@sae-lab/errors';
import type { Db } from '../connection/connect.ts';
import { RUNS_CHANNEL } from '../connection/watch-runs.ts';
import { runs, type RunStatus } from '../schema/index.ts';
import { storableRow } from './storable.ts';

/** Identifies a run and the writer: the attempt number returned by `startRun`. */
export interface Attempt {
  runId: number;
  attempt: number;
}

export type RunColumns = PgUpdateSetSource<typeof runs>;

/** The condition that the attempt still owns its run. */
const owns = ({ runId, attempt }: Attempt) =>
  and(eq(runs.id, runId), eq(runs.attempt, attempt), eq(runs.status, 'running'));

/**
 * Locks the run's row for the rest of the transaction, so that nobody starts or ends the run in the meantime.
 *
 * @throws {SaeLabError} `db.stale-attempt`
 */
export async function lockRun(tx: Db, attempt: Attempt): Promise<void> {
  const query = tx.select({ id: runs.id }).from(runs).where(owns(attempt)).for('no key update');
  const rows = await query.prepare('lock_run').execute();
  if (rows.length === 0) throw await staleAttempt(tx, attempt);
}

/**
 * Updates the run of an attempt.
 *
 * @returns the status of the run now
 * @throws {SaeLabError} `db.stale-attempt`, `db.bad-value`
 */
export async function updateOwnRun(tx: Db, attempt: Attempt, columns: RunColumns): Promise<RunStatus> {
  const rows = await tx
    .update(runs)
    .set(storableRow(runs, columns))
    .where(owns(attempt))
    .returning({ status: runs.status });
  if (rows.length === 0) throw await staleAttempt(tx, attempt);
  return rows[0]!.status;
}

/** Notifies listeners that a run changed, once the transaction commits. */
export async function notifyRun(tx: Db, runId: number): Promise<void> {
  const notified = sql`pg_notify(${RUNS_CHANNEL}, ${String(runId)})`;
  await tx
    .select({ notified })
    .from(sql`(values (1)) as one`)
    .prepare('notify_run')
    .execute();
}

async function staleAttempt(tx: Db, { runId, attempt }: Attempt): Promise<SaeLabError> {
  const [run] = await tx
    .select({ attempt: runs.attempt, status: runs.status })
    .from(runs)
    .where(eq(runs.id, runId));
  return new SaeLabError('db.stale-attempt', {
    problem: `attempt ${attempt} of run ${runId} can no longer write`,
    expected: 'the latest attempt, while the run is running',
    received: run ? `attempt ${run.attempt} is ${run.status}` : 'no such run',
    fix: 'Stop this worker. Another one has taken over the run, or the run has ended.',
  });
}
