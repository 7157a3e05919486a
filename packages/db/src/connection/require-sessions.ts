import { setTimeout as sleep } from 'node:timers/promises';
import { randomInt } from 'node:crypto';
import type { Sql } from 'postgres';
import { SaeLabError } from '@sae-lab/errors';
import { reach } from './reach.ts';
import { explainError } from './explain-error.ts';
import { reason } from './server-error.ts';

/** A pooler whose only server connection is busy lets the other wait. */
const PATIENCE_MS = 3_000;
/** First key of the lock that is tried; not that of any other lock. */
const NAMESPACE = 0x5ea;

/**
 * Makes sure that each connection has a session of its own, with locks that exclude others: claims of runs and the
 * lock of migrations are made of that. Behind a pooler in transaction or statement mode they would seem to work.
 *
 * @throws SaeLabError `db.pooled`, and those of `reach`
 */
export async function requireSessions(url: string): Promise<void> {
  const one = await reach(url, { max: 1 });
  const other = await reach(url, { max: 1 });
  try {
    const found = await tryOut(one, other);
    if (found !== undefined) throw pooled(found);
  } catch (error) {
    // What poolers answer to `begin`, e.g. "transaction blocks not allowed in statement pooling mode".
    throw /pooling|pooler/i.test(reason(error)) ? pooled(reason(error)) : explainError(error);
  } finally {
    await Promise.all([one.end({ timeout: 0 }), other.end({ timeout: 0 })]);
  }
}

/**
 * What shows that the connections share sessions. A pooler hands a connection's session on after each transaction: the
 * one that was used last, which is seen when another connection asks, or the next in turn, which is seen when this one
 * asks twice. Locks are tried last, so that none is left behind in a session that is another's.
 */
async function tryOut(one: Sql, other: Sql): Promise<string | undefined> {
  const session = async (sql: Sql) => (await ask(sql, 'select pg_backend_pid() as pid'))['pid'];
  const mine = await session(one);
  if ((await session(one)) !== mine) return 'several sessions of the server, in turn, for one connection';
  const shared = 'one session of the server for two connections';
  if ((await session(other)) === mine) return shared;
  await other.unsafe('begin');
  if ((await session(other)) === mine) return shared;
  const late = sleep(PATIENCE_MS).then(() => undefined);
  const again = await Promise.race([session(one), late]);
  if (again === undefined) return 'a connection that waits for another one to end its transaction';
  if (again !== mine) return 'another session of the server while it is in use';
  await other.unsafe('rollback');

  const key = `${NAMESPACE}, ${randomInt(2 ** 31)}`;
  const tryLock = async (sql: Sql) => (await ask(sql, `select pg_try_advisory_lock(${key}) as got`))['got'];
  const excludes = (await tryLock(one)) === true && (await tryLock(other)) === false;
  await ask(one, `select pg_advisory_unlock(${key})`);
  return excludes ? undefined : 'locks of a session that do not exclude another one';
}

/** Without a prepared statement, which would be made in one session and asked for in another. */
async function ask(sql: Sql, query: string): Promise<Record<string, unknown>> {
  const [row] = await sql.unsafe<Record<string, unknown>[]>(query);
  return row!;
}

function pooled(received: string): SaeLabError {
  return new SaeLabError('db.pooled', {
    problem: 'DATABASE_URL leads to a pooler that shares sessions among connections',
    field: 'DATABASE_URL',
    expected: 'a session of its own for each connection: runs are claimed by locks of a session',
    received,
    fix: "Use the server's own address, or the pooler's session mode (PgBouncer: pool_mode = session; Supabase: port 5432; Neon: the host without -pooler).",
  });
}
