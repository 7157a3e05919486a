import { hostname } from 'node:os';
import { dbOn, type Database } from '../connection/connect.ts';
import { isPooled } from '../connection/pooled.ts';
import { lockForThisProcess } from '../connection/process-lock.ts';
import { openSession, type Session } from '../connection/session.ts';
import type { ClaimKind } from './claimed.ts';
import { dropForgotten, freeClaimOfTheDead } from './dead-holders.ts';
import { startHeartbeat, type Heartbeat } from './heartbeat.ts';
import { silentSeconds } from './silence.ts';

/**
 * Marks work as being done by this process, so that no other one does the same, and sweeps as running, so that readers
 * notice when their process is gone. Claims hold until this process ends, or says nothing for so long that another one
 * takes them over.
 */
export interface Claims extends Omit<Heartbeat, 'stop'> {
  /** Identifies this process in the database. */
  readonly holderId: number;
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
  /** Frees everything that is claimed. */
  close(): Promise<void>;
}

/**
 * Opens claims: rows that hold as long as their process lives. It says so every few seconds. The end of its session, or on
 * this machine of its locked file, shows at once that it is dead.
 *
 * @throws {SaeLabError} with a code that starts with `db.`
 */
export async function openClaims({
  url,
  directUrl = url,
}: Pick<Database, 'url' | 'directUrl'>): Promise<Claims> {
  const pooled = isPooled(directUrl);
  const silent = silentSeconds();
  const session = await openSession(directUrl);
  const lock = pooled ? lockForThisProcess() : undefined;
  let holderId: number;
  let heartbeat: Heartbeat;
  try {
    // Claims need not survive a crash of the server: without their sessions they are void. So none waits for the disk.
    if (!pooled) await session.query((query) => query`set synchronous_commit = off`);
    await session.query((query) => dropForgotten(dbOn(query)));
    holderId = await register(session, { lockFile: lock?.name ?? null, pooled, silent });
    heartbeat = await startHeartbeat(session, holderId, silent);
    const { lost } = heartbeat;
    // Nobody waits for a database that does not answer.
    lost.addEventListener('abort', () => lost.reason !== null && void session.close());
  } catch (error) {
    lock?.release();
    await session.close();
    throw error;
  }
  const tryClaim = async (kind: ClaimKind, key: string): Promise<boolean> => {
    const rows = await session.query(
      (query) => query`
        insert into claims (kind, key, holder_id) select ${kind}, ${key}, id from claim_holders where id = ${holderId}::int
        on conflict do nothing returning true`,
    );
    return rows.length > 0;
  };
  const claim = async (kind: ClaimKind, of: number | string): Promise<boolean> => {
    const key = String(of);
    if (await tryClaim(kind, key)) return true;
    const isFree = await session.query((query) => freeClaimOfTheDead(dbOn(query), kind, key));
    return isFree && tryClaim(kind, key);
  };
  const release = async (kind: ClaimKind, of: number | string): Promise<void> => {
    await session.query(
      (query) => query`
        delete from claims where kind = ${kind} and key = ${String(of)} and holder_id = ${holderId}::int`,
    );
  };
  return {
    holderId,
    get until() {
      return heartbeat.until;
    },
    lost: heartbeat.lost,
    onExtended: (listener) => heartbeat.onExtended(listener),
    beat: () => heartbeat.beat(),
    claim: (runId) => claim('run', runId),
    release: (runId) => release('run', runId),
    claimEvaluation: (key) => claim('evaluation', key),
    releaseEvaluation: (key) => release('evaluation', key),
    claimActivations: (id) => claim('activations', id),
    releaseActivations: (id) => release('activations', id),
    joinSweep: async (sweepId) => void (await tryClaim('sweep', String(sweepId))),
    async close() {
      await heartbeat.stop();
      await session
        .query((query) => query`delete from claim_holders where id = ${holderId}::int`)
        // With the session, they are gone already.
        .catch(() => {});
      lock?.release();
      await session.close();
    },
  };
}

async function register(
  session: Session,
  { lockFile, pooled, silent }: { lockFile: string | null; pooled: boolean; silent: number },
): Promise<number> {
  const [row] = await session.query(
    (query) => query`
      insert into claim_holders (hostname, pid, lock_file, backend_pid, backend_start, silent_seconds)
      select ${hostname()}, ${process.pid}::int, ${lockFile}::uuid, pid, backend_start, ${silent}::int
      from (select 1) as one left join pg_stat_activity on pid = pg_backend_pid() and not ${pooled}::boolean
      returning id`,
  );
  return row!['id'] as number;
}
