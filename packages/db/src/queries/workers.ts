import { asc, eq, getTableColumns } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { sqlState } from '../connection/server-error.ts';
import { claimHolders, workers } from '../schema/index.ts';
import { holderLives } from './claimed.ts';

/** A worker, and when it last said that it lives. */
export type WorkerRow = typeof workers.$inferSelect & { seenAt: Date };

/** What a worker says of itself when it starts. */
export type NewWorker = Omit<typeof workers.$inferInsert, 'id' | 'startedAt'>;

/** State of Postgres: a row that is referred to does not exist. */
const NO_SUCH_ROW = '23503';

/**
 * Stores a worker that starts, until its claims are closed.
 *
 * @returns its id; undefined if its claims were removed, because it was silent for too long
 */
export async function registerWorker(db: Db, worker: NewWorker): Promise<number | undefined> {
  try {
    const [row] = await db.insert(workers).values(worker).returning({ id: workers.id });
    return row!.id;
  } catch (error) {
    if (sqlState(error) === NO_SUCH_ROW) return undefined;
    throw error;
  }
}

/** The workers that live, the oldest first. */
export function livingWorkers(db: Db): Promise<WorkerRow[]> {
  return db
    .select({ ...getTableColumns(workers), seenAt: claimHolders.seenAt })
    .from(workers)
    .innerJoin(claimHolders, eq(claimHolders.id, workers.holderId))
    .where(holderLives)
    .orderBy(asc(workers.id));
}
