import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from 'postgres';
import { SaeLabError } from '@sae-lab/errors';
import { reach } from './reach.ts';
import { explainError } from './explain-error.ts';
import { asPooled } from './pooled.ts';
import { reason } from './server-error.ts';

/** If a pooler's only server connection is busy, its other clients wait. */
const PATIENCE_MS = 3_000;

/**
 * Looks for a pooler that gives each transaction to another session. Behind one, nothing may be left in a session.
 *
 * @returns evidence that connections share sessions; undefined if each has its own
 * @throws {SaeLabError} `db.pooled` for a pooler that refuses transactions, and the codes of `reach`
 */
export async function findPooler(url: string): Promise<string | undefined> {
  // Prepared statements would be made in one session and used in another.
  const one = await reach(asPooled(url), { max: 1 });
  const other = await reach(asPooled(url), { max: 1 });
  try {
    return await tryOut(one, other);
  } catch (error) {
    throw explainError(error);
  } finally {
    await Promise.all([one.end({ timeout: 0 }), other.end({ timeout: 0 })]);
  }
}

/**
 * A pooler assigns a new session after each transaction. If it prefers the last used one, a second connection gets the
 * session of the first. If it rotates, one connection gets two sessions.
 */
async function tryOut(one: Sql, other: Sql): Promise<string | undefined> {
  const session = async (sql: Sql) => (await ask(sql, 'select pg_backend_pid() as pid'))['pid'];
  const mine = await session(one);
  const shared = 'two connections that share one session';
  const [again, others] = [await session(one), await session(other)];
  const found =
    again !== mine
      ? 'one connection that alternates between several sessions'
      : others === mine
        ? shared
        : undefined;
  await other.unsafe('begin').catch((error: unknown) => {
    // E.g. "transaction blocks not allowed in statement pooling mode"; the connection may be closed before that arrives.
    const isRefused = found !== undefined || /pooling|pooler/i.test(reason(error));
    throw isRefused ? refusesTransactions(error) : error;
  });
  try {
    if (found !== undefined) return found;
    if ((await session(other)) === mine) return shared;
    const late = sleep(PATIENCE_MS).then(() => undefined);
    const meanwhile = await Promise.race([session(one), late]);
    if (meanwhile === undefined) return 'a connection that waits for the transaction of another';
    return meanwhile === mine ? undefined : 'a connection whose session changes while another is in use';
  } finally {
    await other.unsafe('rollback');
  }
}

async function ask(sql: Sql, query: string): Promise<Record<string, unknown>> {
  const [row] = await sql.unsafe<Record<string, unknown>[]>(query);
  return row!;
}

function refusesTransactions(error: unknown): SaeLabError {
  return new SaeLabError('db.pooled', {
    problem: 'DATABASE_URL leads to a pooler that refuses transactions',
    field: 'DATABASE_URL',
    expected: 'the server itself, or a pooler in transaction or session mode',
    received: reason(error),
    fix: "Use the server's own address, or the pooler's transaction mode (PgBouncer: pool_mode = transaction).",
  });
}
