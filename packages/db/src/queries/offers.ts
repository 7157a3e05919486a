import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { claimHolders, sweeps, type SweepOffer } from '../schema/index.ts';
import { holderLives } from './claimed.ts';

/** A sweep that its command trains, and whose runs workers may train too. */
export interface StandingOffer {
  readonly sweepId: number;
  readonly name: string;
  readonly offer: SweepOffer;
  /** The number of runs that are not over. */
  readonly pending: number;
  /** Some of those that nobody claims, the last of the sweep first: its command starts with the first. */
  readonly free: readonly number[];
}

/** More than a worker trains at once, so that several workers need not want the same ones. */
const FREE_RUNS = 40;

/** Offers the runs of a sweep, as long as the holder of its claims lives. An earlier offer is replaced. */
export async function offerSweep(db: Db, sweepId: number, offer: SweepOffer): Promise<void> {
  await inTransaction(db, (tx) => tx.update(sweeps).set({ offer }).where(eq(sweeps.id, sweepId)));
}

/** Ends the offer of a process, unless another one has replaced it. */
export async function withdrawOffer(db: Db, sweepId: number, holderId: number): Promise<void> {
  const isOwn = sql`(${sweeps.offer}->>'holderId')::int = ${holderId}::int`;
  await inTransaction(db, (tx) =>
    tx
      .update(sweeps)
      .set({ offer: null })
      .where(and(eq(sweeps.id, sweepId), isOwn)),
  );
}

/** The offers of processes that live. Sweeps in the queue need none: their runs have invitations. */
export async function standingOffers(db: Db): Promise<StandingOffer[]> {
  const ofSweep = sql`from sweep_runs join runs on runs.id = run_id
    where sweep_id = ${sweeps.id} and runs.status in ('queued', 'running', 'interrupted')`;
  const unclaimed = sql`not exists (select from claims where kind = 'run' and key = runs.id::text)`;
  const rows = await db
    .select({
      sweepId: sweeps.id,
      name: sweeps.name,
      offer: sweeps.offer,
      pending: sql<number>`(select count(*)::int ${ofSweep})`,
      free: sql<
        number[]
      >`array(select runs.id ${ofSweep} and ${unclaimed} order by position desc limit ${FREE_RUNS})`,
    })
    .from(sweeps)
    .innerJoin(claimHolders, eq(claimHolders.id, sql`(${sweeps.offer}->>'holderId')::int`))
    .where(
      and(
        isNotNull(sweeps.offer),
        eq(sweeps.status, 'running'),
        isNull(sweeps.cancelRequestedAt),
        holderLives,
      ),
    )
    .orderBy(sweeps.id);
  return rows.map(({ offer, ...row }) => ({ ...row, offer: offer! }));
}
