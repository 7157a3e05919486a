import { eq, sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { sweeps } from '../schema/index.ts';

/** Where pg-boss has its tables, which it makes when the first sweep is put into the queue. */
export const QUEUE_SCHEMA = 'sae_lab_queue';

export const HIGHEST_PRIORITY = 1000;

/**
 * Sets how early workers take the runs of a sweep in the queue: those with a higher number come first. Runs that train
 * already go on.
 */
export function setPriority(db: Db, sweepId: number, priority: number): Promise<void> {
  return inTransaction(db, async (tx) => {
    await tx.update(sweeps).set({ priority }).where(eq(sweeps.id, sweepId));
    await prioritizeJobs(tx, sweepId);
  });
}

/**
 * Gives the jobs of a sweep its priority, also those that are kept for a retry. A run of several sweeps in the queue has the
 * highest of theirs.
 */
export async function prioritizeJobs(db: Db, sweepId: number): Promise<void> {
  const jobs = `${QUEUE_SCHEMA}.job`;
  const [found] = await db.execute<{ exists: boolean }>(
    sql`select to_regclass(${jobs}) is not null as exists`,
  );
  if (found?.exists !== true) return;
  await db.execute(sql`
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
  await db.execute(sql`
    update ${sql.raw(jobs)} as job set priority = sweeps.priority
    from sweeps
    where sweeps.id = ${sweepId} and job.name in ('extract', 'evaluate')
      and (job.data->>'sweepId')::int = sweeps.id and job.priority <> sweeps.priority`);
}
