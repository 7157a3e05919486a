import { asc, eq, getTableColumns, inArray } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { figures, runs, sweepRuns } from '../schema/index.ts';
import type { RunStatus } from '../schema/index.ts';
import { runStatusNow } from './claimed.ts';

/** A run with its current status: one stored as running that no process claims is `interrupted`. */
export type Run = typeof runs.$inferSelect;

const columns = { ...getTableColumns(runs), status: runStatusNow };

/** A run with its final numbers, e.g. `figures.l0`; empty until it has finished. */
export type EvaluatedRun = Run & { figures: Record<string, number> };

export interface RunIdentity {
  id: number;
  runHash: string;
  status: RunStatus;
}

/** The runs of a sweep, in the sweep's order. */
export async function runsOfSweep(db: Db, sweepId: number): Promise<EvaluatedRun[]> {
  const rows = await db
    .select(columns)
    .from(sweepRuns)
    .innerJoin(runs, eq(runs.id, sweepRuns.runId))
    .where(eq(sweepRuns.sweepId, sweepId))
    .orderBy(asc(sweepRuns.position));
  // Not aggregated to JSON by the database: JSON has no NaN.
  const numbers = await db
    .select(getTableColumns(figures))
    .from(sweepRuns)
    .innerJoin(figures, eq(figures.runId, sweepRuns.runId))
    .where(eq(sweepRuns.sweepId, sweepId))
    .orderBy(asc(figures.figure));
  const byRun = Map.groupBy(numbers, ({ runId }) => runId);
  return rows.map((run) => ({
    ...run,
    figures: Object.fromEntries((byRun.get(run.id) ?? []).map(({ figure, value }) => [figure, value])),
  }));
}

export async function runById(db: Db, runId: number): Promise<Run | undefined> {
  const [row] = await db.select(columns).from(runs).where(eq(runs.id, runId));
  return row;
}

/** A run that was trained on these activations. */
export async function runOnActivations(db: Db, activationsId: string): Promise<Run | undefined> {
  const [row] = await db.select(columns).from(runs).where(eq(runs.activationsId, activationsId)).limit(1);
  return row;
}

export async function runByHash(db: Db, runHash: string): Promise<Run | undefined> {
  const [row] = await db.select(columns).from(runs).where(eq(runs.runHash, runHash));
  return row;
}

/** Those of these runs that the database has, in no particular order. */
export async function runsByHashes(db: Db, runHashes: readonly string[]): Promise<RunIdentity[]> {
  const distinct = [...new Set(runHashes)];
  const rows: RunIdentity[] = [];
  // A statement takes at most 65535 parameters.
  for (let start = 0; start < distinct.length; start += 10_000) {
    const slice = distinct.slice(start, start + 10_000);
    rows.push(
      ...(await db
        .select({ id: runs.id, runHash: runs.runHash, status: runStatusNow })
        .from(runs)
        .where(inArray(runs.runHash, slice))),
    );
  }
  return rows;
}

/** How often each of these runs was started, by id. */
export async function attemptsOf(db: Db, runIds: readonly number[]): Promise<Record<number, number>> {
  if (runIds.length === 0) return {};
  const rows = await db
    .select({ id: runs.id, attempt: runs.attempt })
    .from(runs)
    .where(inArray(runs.id, [...runIds]));
  return Object.fromEntries(rows.map(({ id, attempt }) => [id, attempt]));
}
