import { and, count, desc, eq, getTableColumns, ne, sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { runs, sweepRuns, sweepSaes, sweeps } from '../schema/index.ts';
import type { RunStatus, SweepStatus } from '../schema/index.ts';
import { storableRow, storableText } from './storable.ts';
import { runStatusNow, sweepStatusNow } from './claimed.ts';
import { tagsOfSweeps } from './annotations.ts';

/** A sweep with its current status: one stored as running that no process works on is `interrupted`. */
export type Sweep = typeof sweeps.$inferSelect;

const columns = { ...getTableColumns(sweeps), status: sweepStatusNow };

/** A sweep and the number of its runs in each status. Statuses without runs are absent. */
export type SweepWithCounts = Sweep & { runs: Partial<Record<RunStatus, number>>; tags: string[] };

/**
 * Stores a sweep that starts: a new row, or the row of the same definition, started again and back on the list. One whose
 * runs wait in the queue stays there if a command trains them, too: workers continue if the command ends.
 *
 * @param queue where its runs wait for workers; null if this process trains them
 * @param priority how early workers take them; undefined leaves it as it is
 * @throws {SaeLabError} `db.bad-value`
 */
export function upsertSweep(
  db: Db,
  sweep: Pick<Sweep, 'name' | 'definitionHash' | 'definition' | 'file' | 'source'>,
  queue: string | null = null,
  priority?: number,
): Promise<Sweep> {
  return inTransaction(db, async (tx) => {
    // These are only shown. The definition is what counts.
    const shown = { file: storableText(sweep.file), source: storableText(sweep.source) };
    const status: SweepStatus = queue === null ? 'running' : 'queued';
    const chosen = priority === undefined ? {} : { priority };
    const row = storableRow(sweeps, { ...sweep, ...shown, ...chosen, status, queue });
    const [stored] = await tx
      .insert(sweeps)
      .values(row)
      .onConflictDoUpdate({
        target: sweeps.definitionHash,
        set: {
          name: row.name,
          definition: row.definition,
          ...shown,
          ...chosen,
          ...(queue === null
            ? {
                status: sql`case when ${inQueue} then ${sweeps.status} else ${status}::sweep_status end`,
                queue: sql`case when ${inQueue} then ${sweeps.queue} end`,
              }
            : { status, queue }),
          lastStartedAt: sql`now()`,
          cancelRequestedAt: null,
          failedEvaluations: 0,
          archivedAt: null,
        },
      })
      .returning();
    return stored!;
  });
}

const inQueue = sql`${sweeps.status} = 'queued' and ${sweeps.cancelRequestedAt} is null`;

/** All sweeps, most recently started first. */
export async function listSweeps(db: Db): Promise<SweepWithCounts[]> {
  const rows = await db.select(columns).from(sweeps).orderBy(desc(sweeps.lastStartedAt), desc(sweeps.id));
  const counts = await db
    .select({ sweepId: sweepRuns.sweepId, status: runStatusNow, count: sql<number>`count(*)::int` })
    .from(sweepRuns)
    .innerJoin(runs, eq(runs.id, sweepRuns.runId))
    .groupBy(sweepRuns.sweepId, runStatusNow);
  const bySweep = Map.groupBy(counts, ({ sweepId }) => sweepId);
  const tags = await tagsOfSweeps(db);
  return rows.map((sweep) => ({
    ...sweep,
    runs: Object.fromEntries((bySweep.get(sweep.id) ?? []).map(({ status, ...of }) => [status, of.count])),
    tags: tags.get(sweep.id) ?? [],
  }));
}

export async function sweepById(db: Db, id: number): Promise<Sweep | undefined> {
  const [row] = await db.select(columns).from(sweeps).where(eq(sweeps.id, id));
  return row;
}

/** The sweep of a definition, if it was ever started. */
export async function sweepByDefinition(db: Db, definitionHash: string): Promise<Sweep | undefined> {
  const [row] = await db.select(columns).from(sweeps).where(eq(sweeps.definitionHash, definitionHash));
  return row;
}

/** The number of runs of a sweep. */
export async function sizeOfSweep(db: Db, id: number): Promise<number> {
  const [row] = await db.select({ runs: count() }).from(sweepRuns).where(eq(sweepRuns.sweepId, id));
  return row!.runs;
}

/** The sweeps that include a run, most recently started first. */
export function sweepsOfRun(db: Db, runId: number): Promise<Sweep[]> {
  return db
    .select(columns)
    .from(sweepRuns)
    .innerJoin(sweeps, eq(sweeps.id, sweepRuns.sweepId))
    .where(eq(sweepRuns.runId, runId))
    .orderBy(desc(sweeps.lastStartedAt), desc(sweeps.id));
}

/** The sweeps that compare their runs with an SAE, the one that was started last first. */
export function sweepsOfSae(db: Db, saeId: number): Promise<Sweep[]> {
  return db
    .select(columns)
    .from(sweepSaes)
    .innerJoin(sweeps, eq(sweeps.id, sweepSaes.sweepId))
    .where(eq(sweepSaes.saeId, saeId))
    .orderBy(desc(sweeps.lastStartedAt), desc(sweeps.id));
}

export async function setSweepStatus(db: Db, id: number, status: SweepStatus): Promise<void> {
  await inTransaction(db, (tx) => tx.update(sweeps).set({ status }).where(eq(sweeps.id, id)));
}

/** Stores how a command left a sweep that is not over. Sweeps in the queue stay there. */
export async function leaveSweep(db: Db, id: number, status: SweepStatus): Promise<void> {
  await inTransaction(db, (tx) =>
    tx
      .update(sweeps)
      .set({ status })
      .where(and(eq(sweeps.id, id), ne(sweeps.status, 'queued'))),
  );
}
