import { and, eq, inArray, ne, or, sql, type SQL } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { isLeftBehind } from '../connection/process-lock.ts';
import { claimHolders, claims } from '../schema/index.ts';
import { holderIsDead, type ClaimKind } from './claimed.ts';

/** Holders that nobody found dead are dropped after a day. */
const FORGOTTEN = sql`interval '1 day'`;

/**
 * Frees everything that the holder of a claim has, if it is dead. One that is only suspended finds that out when it wakes
 * up.
 *
 * @returns whether the claim is free now
 */
export async function freeClaimOfTheDead(db: Db, kind: ClaimKind, key: string): Promise<boolean> {
  const holderOf = db
    .select({ id: claims.holderId })
    .from(claims)
    .where(and(eq(claims.kind, kind), eq(claims.key, key), ne(claims.kind, 'sweep')));
  const [holder] = await holdersWhere(db, inArray(claimHolders.id, holderOf));
  // Released meanwhile.
  return holder === undefined || (await freedIfDead(db, holder));
}

/** Those of the holders that live. Everything that the others have is freed. */
export async function livingHolders(db: Db, ids: readonly number[]): Promise<ReadonlySet<number>> {
  const living = new Set<number>();
  if (ids.length === 0) return living;
  for (const holder of await holdersWhere(db, inArray(claimHolders.id, [...ids]))) {
    if (!(await freedIfDead(db, holder))) living.add(holder.id);
  }
  return living;
}

interface Holder {
  readonly id: number;
  readonly lockFile: string | null;
  readonly silent: number;
}

function holdersWhere(db: Db, condition: SQL): Promise<Holder[]> {
  return db
    .select({ id: claimHolders.id, lockFile: claimHolders.lockFile, silent: claimHolders.silentSeconds })
    .from(claimHolders)
    .where(condition);
}

async function freedIfDead(db: Db, { id, lockFile, silent }: Holder): Promise<boolean> {
  const ended = lockFile !== null && isLeftBehind(lockFile);
  // Asked again in the statement that deletes: it may have spoken since.
  const deleted = await db
    .delete(claimHolders)
    .where(and(eq(claimHolders.id, id), or(sql`${ended}::boolean`, holderIsDead)))
    .returning({ id: claimHolders.id });
  if (deleted.length === 0) return false;
  await endIdleTransactions(db, silent / 2);
  return true;
}

/**
 * Ends transactions in which nothing has happened for long: they may lock the rows of runs that a suspended process had.
 * No process of ours that lives leaves a transaction idle: it awaits nothing but queries in them.
 */
export async function endIdleTransactions(db: Db, idleSeconds: number): Promise<void> {
  await db.execute(sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pg_has_role(usesysid, 'member') and state like 'idle in transaction%'
      and application_name = current_setting('application_name')
      and state_change < now() - make_interval(secs => ${idleSeconds}::float8)`);
}

/** Drops holders that died long ago and whose work nobody wanted. */
export async function dropForgotten(db: Db): Promise<void> {
  await db.delete(claimHolders).where(sql`${claimHolders.seenAt} < now() - ${FORGOTTEN}`);
}
