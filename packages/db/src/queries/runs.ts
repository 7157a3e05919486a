import { asc, eq, getTableColumns, inArray } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { evaluations, runs, sweepRuns } from '../schema/index.ts';
import type { RunStatus } from '../schema/index.ts';
import { runStatusNow } from './claims.ts';

/** A run as it is now: one that is stored as running, but that no process claims, is `interrupted`. */
export type Run = typeof runs.$inferSelect;

const columns = { ...getTableColumns(runs), status: runStatusNow };

/** A run with its final scalars: `evaluation.l0`, empty until it has finished. */
export type EvaluatedRun = Run & { evaluation: Record<string, number> };

export interface RunIdentity {
  id: number;
  hash: string;
  status: RunStatus;
}

/** The runs of a sweep in its order. */
export async function runsOfSweep(db: Db, sweepId: number): Promise<EvaluatedRun[]> {
  const rows = await db
    .select(columns)
    .from(sweepRuns)
    .innerJoin(runs, eq(runs.id, sweepRuns.runId))
    .where(eq(sweepRuns.sweepId, sweepId))
    .orderBy(asc(sweepRuns.position));
  // Not aggregated to JSON by the database, which has no NaN.
  const scalars = await db
    .select(getTableColumns(evaluations))
    .from(sweepRuns)
    .innerJoin(evaluations, eq(evaluations.runId, sweepRuns.runId))
    .where(eq(sweepRuns.sweepId, sweepId))
    .orderBy(asc(evaluations.metric));
  const byRun = Map.groupBy(scalars, ({ runId }) => runId);
  return rows.map((run) => ({
    ...run,
    evaluation: Object.fromEntries((byRun.get(run.id) ?? []).map(({ metric, value }) => [metric, value])),
  }));
}

export async function runById(db: Db, id: number): Promise<Run | undefined> {
  const [row] = await db.select(columns).from(runs).where(eq(runs.id, id));
  return row;
}

export async function runByHash(db: Db, hash: string): Promise<Run | undefined> {
  const [row] = await db.select(columns).from(runs).where(eq(runs.hash, hash));
  return row;
}

/** Which of these runs the database has, in no particular order. */
export async function runsByHashes(db: Db, hashes: readonly string[]): Promise<RunIdentity[]> {
  const distinct = [...new Set(hashes)];
  const rows: RunIdentity[] = [];
  // A statement takes at most 65535 parameters.
  for (let start = 0; start < distinct.length; start += 10_000) {
    const slice = distinct.slice(start, start + 10_000);
    rows.push(
      ...(await db
        .select({ id: runs.id, hash: runs.hash, status: runStatusNow })
        .from(runs)
        .where(inArray(runs.hash, slice))),
    );
  }
  return rows;
}
