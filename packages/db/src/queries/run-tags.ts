import { and, eq, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { runs, runTags } from '../schema/index.ts';

interface Tagging {
  readonly runIds: readonly number[];
  readonly tag: string;
}

/**
 * Gives runs a tag. Runs that have it or do not exist are skipped.
 *
 * @returns the runs that did not have it
 */
export function tagRuns(db: Db, { runIds, tag }: Tagging): Promise<number[]> {
  return inTransaction(db, async (tx) => {
    const existing = await tx.select({ runId: runs.id }).from(runs).where(isOneOf(runs.id, runIds));
    if (existing.length === 0) return [];
    const tagged = await tx.execute<{ id: number }>(sql`
      insert into ${runTags} (run_id, tag)
      select run_id, ${tag}::text from unnest(${listed(existing.map(({ runId }) => runId))}) as run_id
      on conflict do nothing returning run_id as id`);
    return tagged.map(({ id }) => id);
  });
}

/** @returns the runs that had the tag */
export async function untagRuns(db: Db, { runIds, tag }: Tagging): Promise<number[]> {
  const rows = await db
    .delete(runTags)
    .where(and(isOneOf(runTags.runId, runIds), eq(runTags.tag, tag)))
    .returning({ runId: runTags.runId });
  return rows.map(({ runId }) => runId);
}

/** One parameter, however many runs there are. */
const listed = (ids: readonly number[]): SQL => sql`${`{${ids.join()}}`}::int[]`;
const isOneOf = (column: PgColumn, ids: readonly number[]): SQL => sql`${column} = any(${listed(ids)})`;
