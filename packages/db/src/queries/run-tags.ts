import { and, eq, inArray } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { runs, runTags } from '../schema/index.ts';

interface Tagging {
  readonly runIds: readonly number[];
  readonly tag: string;
}

/** Gives runs a tag. Runs that have it or do not exist are skipped. */
export async function tagRuns(db: Db, { runIds, tag }: Tagging): Promise<void> {
  await inTransaction(db, async (tx) => {
    const existing = await tx
      .select({ runId: runs.id })
      .from(runs)
      .where(inArray(runs.id, [...runIds]));
    if (existing.length === 0) return;
    await tx
      .insert(runTags)
      .values(existing.map(({ runId }) => ({ runId, tag })))
      .onConflictDoNothing();
  });
}

export async function untagRuns(db: Db, { runIds, tag }: Tagging): Promise<void> {
  await db.delete(runTags).where(and(inArray(runTags.runId, [...runIds]), eq(runTags.tag, tag)));
}
