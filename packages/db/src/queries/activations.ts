import { eq } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { activations } from '../schema/index.ts';
import { storableRow } from './storable.ts';

export type ActivationsRow = typeof activations.$inferSelect;

/** Stores the location of a set of activations. A set that was made again replaces its row. */
export async function upsertActivations(db: Db, row: Omit<ActivationsRow, 'createdAt'>): Promise<void> {
  await inTransaction(db, (tx) =>
    tx
      .insert(activations)
      .values(storableRow(activations, row))
      .onConflictDoUpdate({ target: activations.id, set: row }),
  );
}

export async function activationsById(db: Db, id: string): Promise<ActivationsRow | undefined> {
  const [row] = await db.select().from(activations).where(eq(activations.id, id));
  return row;
}
