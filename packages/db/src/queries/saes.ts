import { asc, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { saes, sweepRuns, sweepSaes } from '../schema/index.ts';
import { storableRow, storableText } from './storable.ts';

/** An SAE that no run trained. */
export type SaeRow = typeof saes.$inferSelect;
type Data = Pick<SaeRow, 'data' | 'activationsId'>;
/** Without data, those that are stored stay. */
export type NewSae = Omit<SaeRow, 'id' | 'createdAt' | keyof Data> & Partial<Data>;

/**
 * Stores SAEs. One that is stored already, by its hash, keeps its row and gets the new name and source, and what it is evaluated
 * on.
 *
 * @returns the rows in the order of `newSaes`
 * @throws {SaeLabError} `db.bad-value`
 */
export function upsertSaes(db: Db, newSaes: readonly NewSae[]): Promise<SaeRow[]> {
  return inTransaction(db, async (tx) => {
    // Sorted by hash, so that processes with common SAEs lock rows in the same order and cannot deadlock.
    const distinct = [...new Map(newSaes.map((sae) => [sae.saeHash, sae])).values()].toSorted((a, b) =>
      a.saeHash < b.saeHash ? -1 : 1,
    );
    const stored = new Map<string, SaeRow>();
    for (const { name, source, config, data, activationsId, ...sae } of distinct) {
      const shown = {
        name: storableText(name),
        source: storableText(source),
        config: storableText(config),
        ...(data !== undefined && { data: storableText(data), activationsId }),
      };
      const [row] = await tx
        .insert(saes)
        .values(storableRow(saes, { ...sae, ...shown }))
        .onConflictDoUpdate({ target: saes.saeHash, set: shown })
        .returning();
      stored.set(row!.saeHash, row!);
    }
    return newSaes.map(({ saeHash }) => stored.get(saeHash)!);
  });
}

/** Makes these the SAEs that a sweep compares its runs with, in this order. */
export async function linkSaes(db: Db, sweepId: number, saeIds: readonly number[]): Promise<void> {
  await inTransaction(db, async (tx) => {
    const rows = [...new Set(saeIds)].map((saeId, position) => ({ sweepId, saeId, position }));
    await tx.delete(sweepSaes).where(eq(sweepSaes.sweepId, sweepId));
    if (rows.length === 0) return;
    await tx
      .insert(sweepSaes)
      .values(rows)
      .onConflictDoUpdate({
        target: [sweepSaes.sweepId, sweepSaes.saeId],
        set: { position: sql`excluded.position` },
      });
  });
}

/** The SAEs that a sweep compares its runs with, in its order. */
export async function saesOfSweep(db: Db, sweepId: number): Promise<SaeRow[]> {
  const rows = await db
    .select({ sae: saes })
    .from(sweepSaes)
    .innerJoin(saes, eq(saes.id, sweepSaes.saeId))
    .where(eq(sweepSaes.sweepId, sweepId))
    .orderBy(asc(sweepSaes.position));
  return rows.map(({ sae }) => sae);
}

/** The SAEs that any sweep of these runs compares them with, each once, in the order in which they were stored. */
export async function saesOfRuns(db: Db, runIds: readonly number[]): Promise<SaeRow[]> {
  if (runIds.length === 0) return [];
  const linked = db
    .select({ id: sweepSaes.saeId })
    .from(sweepSaes)
    .innerJoin(sweepRuns, eq(sweepRuns.sweepId, sweepSaes.sweepId))
    .where(inArray(sweepRuns.runId, [...runIds]));
  return db.select().from(saes).where(inArray(saes.id, linked)).orderBy(asc(saes.id));
}

/** All SAEs that no run trained, or those that a sweep compares its runs with, in the order in which they were stored. */
export function listSaes(db: Db, sweepId?: number): Promise<SaeRow[]> {
  const linked = db
    .select({ id: sweepSaes.saeId })
    .from(sweepSaes)
    .where(eq(sweepSaes.sweepId, sweepId ?? 0));
  return db
    .select()
    .from(saes)
    .where(sweepId === undefined ? undefined : inArray(saes.id, linked))
    .orderBy(asc(saes.id));
}

export async function saeById(db: Db, id: number): Promise<SaeRow | undefined> {
  const [row] = await db.select().from(saes).where(eq(saes.id, id));
  return row;
}
