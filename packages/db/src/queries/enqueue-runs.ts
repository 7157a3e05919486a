import { sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { runs, sweepRuns } from '../schema/index.ts';
import type { JsonObject, RunStatus } from '../schema/index.ts';
import { storableRow } from './storable.ts';
import { addSettingKeys } from './run-table/setting-keys.ts';
import { runsByHashes } from './runs.ts';

/** A run before its first start. */
export type NewRun = Pick<
  typeof runs.$inferSelect,
  | 'runHash'
  | 'variant'
  | 'mathVersion'
  | 'hyper'
  | 'hook'
  | 'width'
  | 'seed'
  | 'activationsId'
  | 'config'
  | 'lossConvention'
> & { totalSteps?: number | null; defaults?: JsonObject };

export interface EnqueuedRun {
  id: number;
  runHash: string;
  status: RunStatus;
  /** False if the database already had the run, from this sweep or another. */
  created: boolean;
}

/** A statement takes at most 65535 parameters. */
const ROWS_PER_STATEMENT = 1000;

/**
 * Adds the runs of a sweep in one transaction, in the sweep's order. Equal hashes are one run: a run of another sweep is
 * only linked. The result is in the order of `newRuns`.
 *
 * @throws {SaeLabError} `db.bad-value`
 */
export function enqueueRuns(db: Db, sweepId: number, newRuns: readonly NewRun[]): Promise<EnqueuedRun[]> {
  return inTransaction(db, async (tx) => {
    // Sorted by hash, so that sweeps with common runs lock rows in the same order and cannot deadlock.
    const distinct = [...new Map(newRuns.map((run) => [run.runHash, run])).values()].toSorted((a, b) =>
      a.runHash < b.runHash ? -1 : 1,
    );
    const created = new Set<string>();
    for (const rows of slices(distinct)) {
      const inserted = await tx
        .insert(runs)
        .values(rows.map((row) => storableRow(runs, row)))
        .onConflictDoNothing()
        .returning({ runHash: runs.runHash });
      for (const { runHash } of inserted) created.add(runHash);
    }
    await addSettingKeys(tx, distinct);
    const hashes = newRuns.map(({ runHash }) => runHash);
    const stored = new Map((await runsByHashes(tx, hashes)).map((run) => [run.runHash, run]));
    const result = hashes.map((runHash) => ({ ...stored.get(runHash)!, created: created.has(runHash) }));

    // If a run occurs twice, its first position counts.
    const links = new Map(
      result.map(({ id }, position) => [id, { sweepId, runId: id, position }] as const).toReversed(),
    );
    for (const rows of slices([...links.values()])) {
      await tx
        .insert(sweepRuns)
        .values(rows)
        .onConflictDoUpdate({
          target: [sweepRuns.sweepId, sweepRuns.runId],
          set: { position: sql`excluded.position` },
          setWhere: sql`${sweepRuns.position} <> excluded.position`,
        });
    }
    return result;
  });
}

function* slices<T>(rows: readonly T[]): Generator<T[]> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    yield rows.slice(start, start + ROWS_PER_STATEMENT);
  }
}
