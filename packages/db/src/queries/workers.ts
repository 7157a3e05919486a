import { environment } from '@sae-lab/command-line';
import { describeValue, SaeLabError } from '@sae-lab/errors';
import { and, asc, isNull, sql, type SQL } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { workers } from '../schema/index.ts';
import { OF_RUNS, type Claims } from './claims.ts';

export type WorkerRow = typeof workers.$inferSelect;

/** What a worker says of itself when it starts. */
export type NewWorker = Pick<
  WorkerRow,
  'hostname' | 'pid' | 'queues' | 'concurrency' | 'device' | 'dataDir' | 'commit'
>;

const SILENT_SECONDS = 15;

/**
 * A worker that has said nothing for this long is taken for dead: SAE_LAB_WORKER_TIMEOUT, or 15 s.
 *
 * @throws {SaeLabError} `cli.usage`
 */
export function silentSeconds(
  given: string = environment('SAE_LAB_WORKER_TIMEOUT') ?? String(SILENT_SECONDS),
): number {
  const seconds = Number(given);
  if (/^\d+$/.test(given) && seconds >= 3 && seconds <= 3600) return seconds;
  throw new SaeLabError('cli.usage', {
    problem: 'is not a timeout of workers',
    field: 'SAE_LAB_WORKER_TIMEOUT',
    expected: 'an integer number of seconds, 3 to 3600',
    received: describeValue(given),
  });
}

/** Stores a worker that starts, with the session of its claims. Returns its id. */
export async function registerWorker({ session }: Claims, worker: NewWorker): Promise<number> {
  const { hostname, pid, queues, concurrency, device, dataDir, commit } = worker;
  const [row] = await session.query(
    (query) => query`
      insert into workers (hostname, pid, queues, concurrency, device, data_dir, commit, backend_pid, backend_start)
      select ${hostname}, ${pid}::int, ${JSON.stringify(queues)}::text::jsonb, ${concurrency}::int, ${device},
        ${dataDir}, ${commit}, pid, backend_start
      from pg_stat_activity where pid = pg_backend_pid()
      returning id`,
  );
  return row!['id'] as number;
}

/**
 * Says that a worker lives. Asked on the session of its claims: while this succeeds, nobody has taken a run over.
 *
 * @throws {SaeLabError} `db.connection-lost` if the session has ended, and the claims with it
 */
export async function beatWorker({ session }: Claims, id: number): Promise<void> {
  await session.query((query) => query`update workers set seen_at = now() where id = ${id}::int`);
}

export async function endWorker({ session }: Claims, id: number): Promise<void> {
  await session.query(
    (query) => query`update workers set seen_at = now(), ended_at = now() where id = ${id}::int`,
  );
}

/**
 * Frees a run that a silent worker holds, by ending the session of its claims. A worker that is only suspended finds its
 * session ended when it wakes up. Does nothing if the worker lives, or if the run is claimed by a sweep.
 *
 * @param silent a worker that has said nothing for this long is taken for dead
 * @returns whether a session was ended
 */
export async function freeRunOfSilentWorker(
  { session }: Claims,
  runId: number,
  silent = silentSeconds(),
): Promise<boolean> {
  const rows = await session.query(
    (query) => query`
      select pg_terminate_backend(locks.pid) as ended
      from pg_locks locks
      join pg_stat_activity sessions on sessions.pid = locks.pid
      join workers on workers.backend_pid = locks.pid and workers.backend_start = sessions.backend_start
      where locks.locktype = 'advisory' and locks.classid = ${OF_RUNS}::int and locks.objid = ${runId}::int
        and locks.objsubid = 2 and locks.granted
        and locks.database = (select oid from pg_database where datname = current_database())
        and workers.ended_at is null
        and workers.seen_at < now() - make_interval(secs => ${silent}::int)`,
  );
  if (!rows.some((row) => row['ended'] === true)) return false;
  // Its other connections may be in the middle of a transaction that locks the run's row. No process of ours that lives
  // leaves a transaction idle: it awaits nothing but queries in them.
  await session.query(
    (query) => query`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pg_has_role(usesysid, 'member') and state like 'idle in transaction%'
        and application_name = current_setting('application_name')
        and state_change < now() - make_interval(secs => ${silent}::int) / 2`,
  );
  return true;
}

/** The workers that have not ended and have been seen within this time, the oldest first. */
export function livingWorkers(db: Db, silent = silentSeconds()): Promise<WorkerRow[]> {
  return db.select().from(workers).where(lives(silent)).orderBy(asc(workers.id));
}

/** The condition that a worker has not ended, and was seen within this time. */
export function lives(silent = silentSeconds()): SQL | undefined {
  return and(
    isNull(workers.endedAt),
    sql`${workers.seenAt} >= now() - make_interval(secs => ${silent}::int)`,
  );
}
