import { and, count, eq, exists, ne, not, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { SaeLabError } from '@sae-lab/errors';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { artifacts, runs, sweepRuns, sweeps } from '../schema/index.ts';
import { runStatusNow, sweepStatusNow } from './claimed.ts';

/** What deleting a sweep removes. */
export interface Deletion {
  /** Runs of this sweep alone, which go with it. */
  readonly runs: number;
  /** Runs that belong to other sweeps too, which stay. */
  readonly shared: number;
  /** Size of the recorded files of the runs that go. */
  readonly bytes: number;
}

export async function deletionOf(db: Db, sweepId: number): Promise<Deletion> {
  const [members] = await db
    .select({
      runs: sql<number>`count(*) filter (where ${not(isShared(db, sweepId))})::int`,
      shared: sql<number>`count(*) filter (where ${isShared(db, sweepId)})::int`,
    })
    .from(sweepRuns)
    .where(eq(sweepRuns.sweepId, sweepId));
  const [files] = await db
    .select({ bytes: sql<number>`coalesce(sum(${artifacts.bytes}), 0)::float8` })
    .from(sweepRuns)
    .innerJoin(artifacts, eq(artifacts.runId, sweepRuns.runId))
    .where(and(eq(sweepRuns.sweepId, sweepId), not(isShared(db, sweepId))));
  return { ...members!, ...files! };
}

/** The runs of a sweep that belong to other sweeps, too. */
export async function sharedRuns(db: Db, sweepId: number): Promise<number[]> {
  const rows = await db
    .select({ id: sweepRuns.runId })
    .from(sweepRuns)
    .where(and(eq(sweepRuns.sweepId, sweepId), isShared(db, sweepId)));
  return rows.map(({ id }) => id);
}

/**
 * Deletes a sweep with the runs that belong to no other sweep, their curves, figures and evaluations. Files stay.
 *
 * @returns the hashes of the deleted runs; undefined if there is no such sweep
 * @throws {SaeLabError} `sweep.running`
 */
export function deleteSweep(db: Db, sweepId: number): Promise<string[] | undefined> {
  return inTransaction(db, async (tx) => {
    const [sweep] = await tx
      .select({ name: sweeps.name, status: sweepStatusNow })
      .from(sweeps)
      .where(eq(sweeps.id, sweepId))
      .for('update');
    if (sweep === undefined) return undefined;
    const own = and(eq(sweepRuns.sweepId, sweepId), not(isShared(tx, sweepId)));
    const [running] = await tx
      .select({ runs: count() })
      .from(sweepRuns)
      .innerJoin(runs, eq(runs.id, sweepRuns.runId))
      .where(and(own, sql`${runStatusNow} = 'running'`));
    if (sweep.status === 'running' || running!.runs > 0) {
      throw new SaeLabError('sweep.running', {
        problem: `the sweep “${sweep.name}” is running`,
        expected: 'a sweep that no process works on',
        received: `${running!.runs} of its runs are training`,
        fix: 'Cancel it first, and delete it once it has stopped.',
      });
    }
    const ids = tx.select({ id: sweepRuns.runId }).from(sweepRuns).where(own);
    const deleted = await tx
      .delete(runs)
      .where(sql`${runs.id} in ${ids}`)
      .returning({ runHash: runs.runHash });
    await tx.delete(sweeps).where(eq(sweeps.id, sweepId));
    return deleted.map(({ runHash }) => runHash);
  });
}

const others = alias(sweepRuns, 'others');

/** Whether the run of a row of `sweep_runs` belongs to another sweep, too. */
function isShared(db: Db, sweepId: number): SQL {
  return exists(
    db
      .select({ one: sql`1` })
      .from(others)
      .where(and(eq(others.runId, sweepRuns.runId), ne(others.sweepId, sweepId))),
  );
}
