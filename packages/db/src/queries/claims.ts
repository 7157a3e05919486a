import { createHash } from 'node:crypto';
import { sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Database } from '../connection/connect.ts';
import { openSession, type Session } from '../connection/session.ts';
import { runs, sweeps, type RunStatus, type SweepStatus } from '../schema/index.ts';

/**
 * Marks runs as being trained by this process, so that two concurrent sweeps do not train the same run, and sweeps as
 * running, so that readers notice when their process is gone.
 */
export interface Claims {
  /** Holds the claims: they are gone when it ends. */
  readonly session: Session;
  /** False if another live process, or another task of this one, has claimed the run. */
  claim(runId: number): Promise<boolean>;
  release(runId: number): Promise<void>;
  /**
   * False if another live process, or another task of this one, has claimed the evaluation.
   *
   * @param key identifies the evaluation and its subject
   */
  claimEvaluation(key: string): Promise<boolean>;
  releaseEvaluation(key: string): Promise<void>;
  /** False if another live process, or another task of this one, makes these activations. */
  claimActivations(id: string): Promise<boolean>;
  releaseActivations(id: string): Promise<void>;
  /** Lasts until these claims are closed. Several processes may work on one sweep. */
  joinSweep(sweepId: number): Promise<void>;
  close(): Promise<void>;
}

/** First keys of the advisory locks, to keep them apart from other locks. */
export const OF_RUNS = 0x5ae;
const OF_SWEEPS = 0x5af;
const OF_EVALUATIONS = 0x5b0;
const OF_ACTIVATIONS = 0x5b1;

/**
 * Claims are advisory locks of one session. Postgres drops them when the process dies, whatever the cause.
 *
 * @throws {SaeLabError} with a code that starts with `db.`
 */
export async function openClaims({ url }: Pick<Database, 'url'>): Promise<Claims> {
  const session = await openSession(url);
  /** A session may take its own lock again, so two tasks of this process would both get it. */
  const held = new Set<string>();
  const claim = async (namespace: number, of: number | string): Promise<boolean> => {
    const name = `${namespace} ${of}`;
    if (held.has(name)) return false;
    held.add(name);
    let isOurs = false;
    try {
      const [row] = await session.query(
        (query) => query`select pg_try_advisory_lock(${namespace}::int, ${lockKey(of)}::int) as claimed`,
      );
      isOurs = row?.['claimed'] === true;
      return isOurs;
    } finally {
      if (!isOurs) held.delete(name);
    }
  };
  const release = async (namespace: number, of: number | string): Promise<void> => {
    await session.query((query) => query`select pg_advisory_unlock(${namespace}::int, ${lockKey(of)}::int)`);
    held.delete(`${namespace} ${of}`);
  };
  return {
    session,
    claim: (runId) => claim(OF_RUNS, runId),
    release: (runId) => release(OF_RUNS, runId),
    claimEvaluation: (key) => claim(OF_EVALUATIONS, key),
    releaseEvaluation: (key) => release(OF_EVALUATIONS, key),
    claimActivations: (id) => claim(OF_ACTIVATIONS, id),
    releaseActivations: (id) => release(OF_ACTIVATIONS, id),
    async joinSweep(sweepId) {
      await session.query(
        (query) => query`select pg_advisory_lock_shared(${OF_SWEEPS}::int, ${sweepId}::int)`,
      );
    },
    close: () => session.close(),
  };
}

/** The key of an advisory lock. If two things share one, one of them only waits. */
function lockKey(key: number | string): number {
  if (typeof key === 'number') return key;
  return createHash('sha256').update(key).digest().readInt32LE(0);
}

/** The current status of a run: one stored as running that nobody claims is interrupted, or cancelled if that was asked. */
export const runStatusNow = statusNow<RunStatus>(runs, OF_RUNS);

/**
 * The current status of a sweep, by the same rule. One whose runs are in the queue is running while a worker that has trained
 * one of them lives.
 */
export const sweepStatusNow: SQL<SweepStatus> = sql<SweepStatus>`case
  when ${sweeps.status} = 'queued' and ${sweeps.id} = any (${claimed(OF_SWEEPS)}::int8[]) then 'running'
  when ${sweeps.status} = 'queued' and ${sweeps.cancelRequestedAt} is not null then 'cancelled'
  else ${statusNow<SweepStatus>(sweeps, OF_SWEEPS)} end`;

function statusNow<Status extends string>(
  { status, id, cancelRequestedAt }: Record<'status' | 'id' | 'cancelRequestedAt', PgColumn>,
  namespace: number,
): SQL<Status> {
  return sql<Status>`case when ${status} <> 'running' or ${id} = any (${claimed(namespace)}::int8[]) then ${status}
    when ${cancelRequestedAt} is null then 'interrupted' else 'cancelled' end`;
}

/** Not correlated with the row, so the locks are read once per statement. */
function claimed(namespace: number): SQL {
  return sql`(select coalesce(array_agg(objid::int8), '{}') from pg_locks
    where locktype = 'advisory' and classid = ${sql.raw(String(namespace))} and objsubid = 2
      and database = (select oid from pg_database where datname = current_database()))`;
}
