import { and, asc, eq, sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { runs, runTags, sweeps, sweepTags } from '../schema/index.ts';
import { storableText } from './storable.ts';

/** What readers write about sweeps and runs. None of it is part of a result. */

export async function setSweepNotes(db: Db, sweepId: number, notes: string): Promise<void> {
  await db
    .update(sweeps)
    .set({ notes: storableText(notes) })
    .where(eq(sweeps.id, sweepId));
}

export async function setRunNotes(db: Db, runId: number, notes: string): Promise<void> {
  await db
    .update(runs)
    .set({ notes: storableText(notes) })
    .where(eq(runs.id, runId));
}

/** Takes a sweep off the list, or puts it back. */
export async function archiveSweep(db: Db, sweepId: number, archived: boolean): Promise<void> {
  await db
    .update(sweeps)
    .set({ archivedAt: archived ? sql`now()` : null })
    .where(eq(sweeps.id, sweepId));
}

/** Gives a sweep a tag. Nothing happens if it has it, or does not exist. */
export async function tagSweep(db: Db, sweepId: number, tag: string): Promise<void> {
  await inTransaction(db, async (tx) => {
    const existing = await tx.select({ sweepId: sweeps.id }).from(sweeps).where(eq(sweeps.id, sweepId));
    if (existing.length > 0) await tx.insert(sweepTags).values({ sweepId, tag }).onConflictDoNothing();
  });
}

export async function untagSweep(db: Db, sweepId: number, tag: string): Promise<void> {
  await db.delete(sweepTags).where(and(eq(sweepTags.sweepId, sweepId), eq(sweepTags.tag, tag)));
}

/** The tags of every sweep that has some, in alphabetical order. */
export async function tagsOfSweeps(db: Db): Promise<Map<number, string[]>> {
  const rows = await db.select().from(sweepTags).orderBy(asc(sweepTags.tag));
  const groups = Map.groupBy(rows, ({ sweepId }) => sweepId);
  return new Map([...groups].map(([sweepId, own]) => [sweepId, own.map(({ tag }) => tag)]));
}

/** The tags of a sweep, in alphabetical order. */
export async function tagsOfSweep(db: Db, sweepId: number): Promise<string[]> {
  const rows = await db
    .select({ tag: sweepTags.tag })
    .from(sweepTags)
    .where(eq(sweepTags.sweepId, sweepId))
    .orderBy(asc(sweepTags.tag));
  return rows.map(({ tag }) => tag);
}

/** The tags of a run, in alphabetical order. */
export async function tagsOfRun(db: Db, runId: number): Promise<string[]> {
  const rows = await db
    .select({ tag: runTags.tag })
    .from(runTags)
    .where(eq(runTags.runId, runId))
    .orderBy(asc(runTags.tag));
  return rows.map(({ tag }) => tag);
}
