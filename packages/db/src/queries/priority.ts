import { eq, sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { sqlState } from '../connection/server-error.ts';
import { inTransaction } from '../connection/transaction.ts';
import { sweeps } from '../schema/index.ts';

/** Where pg-boss has its tables, which it makes when the first sweep is put into the queue. */
export const QUEUE_SCHEMA = 'sae_lab_queue';

export const HIGHEST_PRIORITY = 1000;

const TRIES = 5;
const DEADLOCK = '40P01';

/**
 * Sets how early workers take the runs of a sweep in the queue: those with a higher number come first. Runs that train
 * already go on.
 */
export function setPriority(db: Db, sweepId: number, priority: number): Promise<void> {
  return unlessDeadlocked(db, async (tx) => {
    await tx.update(sweeps).set({ priority }).where(eq(sweeps.id, sweepId));
    await prioritize(tx, sweepId);
  });
}

/**
 * Gives the jobs of a sweep its priority, also those that are kept for a retry. A run of several sweeps in the queue has the
 * highest of theirs.
 */
export function prioritizeJobs(db: Db, sweepId: number): Promise<void> {
  return unlessDeadlocked(db, (tx) => prioritize(tx, sweepId));
}

/** Heartbeats lock the rows of many jobs, too, in another order. Tries again if Postgres ended this one for it. */
async function unlessDeadlocked(db: Db, work: (tx: Db) => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await inTransaction(db, work);
    } catch (error) {
      if (tries === TRIES || sqlState((error as Error).cause) !== DEADLOCK) throw error;
    }
  }
}

async function prioritize(tx: Db, sweepId: number): Promise<void> {
  const jobs = `${QUEUE_SCHEMA}.job`;
  const [found] = await tx.execute<{ exists: boolean }>(
    sql`select to_regclass(${jobs}) is not null as exists`,
  );
  if (found?.exists !== true) return;
  await tx.execute(sql`
    with wanted as (
      select runs.hash as key, max(highest.priority) as priority, min(member.position) as position
      from sweep_runs as member
        join runs on runs.id = member.run_id
        join sweep_runs as any_sweep on any_sweep.run_id = runs.id
        join sweeps as highest on highest.id = any_sweep.sweep_id and highest.queue is not null
          and (highest.id = member.sweep_id or highest.status in ('queued', 'running'))
      where member.sweep_id = ${sweepId}
      group by runs.hash
    )
    update ${sql.raw(jobs)} as job
    -- Jobs of one moment are taken in the order of their rows, which an update changes.
    set priority = wanted.priority,
      created_on = date_trunc('milliseconds', job.created_on) + wanted.position * interval '1 microsecond'
    from wanted
    where job.name like 'train.%' and job.singleton_key = wanted.key`);
  await tx.execute(sql`
    update ${sql.raw(jobs)} as job set priority = sweeps.priority
    from sweeps
    where sweeps.id = ${sweepId} and job.name in ('extract', 'evaluate')
      and (job.data->>'sweepId')::int = sweeps.id and job.priority <> sweeps.priority`);
}
