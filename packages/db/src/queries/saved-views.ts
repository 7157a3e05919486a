import { and, asc, eq, notExists } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { savedViews } from '../schema/index.ts';

/** A view of the table of runs under the name that a reader gave it. */
export type SavedView = Pick<typeof savedViews.$inferSelect, 'name' | 'query'>;

/** All saved views by name. */
export function listSavedViews(db: Db): Promise<SavedView[]> {
  const { name, query } = savedViews;
  return db.select({ name, query }).from(savedViews).orderBy(asc(name));
}

/** Saves a view. One of the same name is replaced. */
export async function saveView(db: Db, { name, query }: SavedView): Promise<void> {
  await db
    .insert(savedViews)
    .values({ name, query })
    .onConflictDoUpdate({ target: savedViews.name, set: { query, savedAt: new Date() } });
}

/** @returns false if another view has the new name, or none the old one */
export async function renameView(
  db: Db,
  { name, newName }: { readonly name: string; readonly newName: string },
): Promise<boolean> {
  const taken = db.select({ name: savedViews.name }).from(savedViews).where(eq(savedViews.name, newName));
  const renamed = await db
    .update(savedViews)
    .set({ name: newName, savedAt: new Date() })
    .where(and(eq(savedViews.name, name), notExists(taken)))
    .returning({ name: savedViews.name });
  return renamed.length === 1;
}

export async function deleteView(db: Db, name: string): Promise<void> {
  await db.delete(savedViews).where(eq(savedViews.name, name));
}
