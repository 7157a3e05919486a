import { asc, eq, getTableColumns } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { claimHolders, workers } from '../schema/index.ts';
import { holderLives } from './claimed.ts';

/** A worker, and when it last said that it lives. */
export type WorkerRow = typeof workers.$inferSelect & { seenAt: Date };

/** What a worker says of itself when it starts. */
export type NewWorker = Omit<typeof workers.$inferInsert, 'id' | 'startedAt'>;

/** Stores a worker that starts, until its claims are closed. Returns its id. */
export async function registerWorker(db: Db, worker: NewWorker): Promise<number> {
  const [row] = await db.insert(workers).values(worker).returning({ id: workers.id });
  return row!.id;
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
