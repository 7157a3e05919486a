import { setTimeout as sleep } from 'node:timers/promises';
import { randomInt } from 'node:crypto';
import type { Sql } from 'postgres';
import { SaeLabError } from '@sae-lab/errors';
import { reach } from './reach.ts';
import { explainError } from './explain-error.ts';
import { reason } from './server-error.ts';

/** If a pooler's only server connection is busy, its other clients wait. */
const PATIENCE_MS = 3_000;
/** The first key of the test lock. No other lock uses it. */
const NAMESPACE = 0x5ea;

/**
 * Checks that each connection has its own session and that session locks are exclusive. Claims of runs and the migration
 * lock depend on both. Behind a pooler in transaction or statement mode they would only appear to work.
 *
 * @throws {SaeLabError} `db.pooled`, and the codes of `reach`
 */
export async function requireSessions(url: string): Promise<void> {
  const one = await reach(url, { max: 1 });
  const other = await reach(url, { max: 1 });
  try {
    const found = await tryOut(one, other);
    if (found !== undefined) throw pooled(found);
  } catch (error) {
    // Poolers refuse `begin`, e.g. with "transaction blocks not allowed in statement pooling mode".
    throw /pooling|pooler/i.test(reason(error)) ? pooled(reason(error)) : explainError(error);
  } finally {
    await Promise.all([one.end({ timeout: 0 }), other.end({ timeout: 0 })]);
  }
}

/**
 * Evidence that connections share sessions; undefined if they do not. A pooler assigns a
 * new session after each transaction. If it prefers the last used one, a second connection gets the session of the first.
 * If it rotates, one connection gets two sessions. Locks are tested last, so that none remains in another client's session.
 */
async function tryOut(one: Sql, other: Sql): Promise<string | undefined> {
  const session = async (sql: Sql) => (await ask(sql, 'select pg_backend_pid() as pid'))['pid'];
  const mine = await session(one);
  if ((await session(one)) !== mine) return 'one connection that alternates between several sessions';
  const shared = 'two connections that share one session';
  if ((await session(other)) === mine) return shared;
  await other.unsafe('begin');
  if ((await session(other)) === mine) return shared;
  const late = sleep(PATIENCE_MS).then(() => undefined);
  const again = await Promise.race([session(one), late]);
  if (again === undefined) return 'a connection that waits for the transaction of another';
  if (again !== mine) return 'a connection whose session changes while another is in use';
  await other.unsafe('rollback');

  const key = `${NAMESPACE}, ${randomInt(2 ** 31)}`;
  const tryLock = async (sql: Sql) => (await ask(sql, `select pg_try_advisory_lock(${key}) as got`))['got'];
  const excludes = (await tryLock(one)) === true && (await tryLock(other)) === false;
  await ask(one, `select pg_advisory_unlock(${key})`);
  return excludes ? undefined : 'session locks that do not exclude other sessions';
}

/** Avoids prepared statements, which would be created in one session and used in another. */
async function ask(sql: Sql, query: string): Promise<Record<string, unknown>> {
  const [row] = await sql.unsafe<Record<string, unknown>[]>(query);
  return row!;
}

function pooled(received: string): SaeLabError {
  return new SaeLabError('db.pooled', {
    problem: 'DATABASE_URL points to a pooler that shares sessions between connections',
    field: 'DATABASE_URL',
    expected: 'one session per connection, since runs are claimed by session locks',
    received,
    fix: "Use the server's own address, or the pooler's session mode (PgBouncer: pool_mode = session; Supabase: port 5432; Neon: the host without -pooler).",
  });
}
