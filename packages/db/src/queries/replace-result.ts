import { and, eq, sql } from 'drizzle-orm';
import { SaeLabError } from '@sae-lab/errors';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { artifacts, figures, histograms, runs } from '../schema/index.ts';
import type { JsonObject } from '../schema/index.ts';
import { saveResult, type Result } from './results.ts';
import type { Curves } from './curve.ts';
import { appendCurves, clearCurves } from './curves.ts';
import { openAttempt, reportAttempt, type AttemptReport } from './run-attempts.ts';
import { storableRow, storableText } from './storable.ts';

/** Everything that replaces the result of a run that was trained again. */
export interface Replacement extends Result {
  runId: number;
  provenance: JsonObject;
  totalSteps: number;
  startedAt: Date;
  /** All points of all curves. */
  curves: Curves;
  /** What the attempt reported. */
  report?: AttemptReport;
}

/**
 * Replaces the result of a finished run in one transaction. Readers see the old result or the new one, and the run
 * finished throughout. Training a finished run again writes nothing before this call.
 *
 * @throws {SaeLabError} `db.not-finished`, `db.bad-value`
 */
export function replaceResult(
  db: Db,
  { runId, provenance, totalSteps, startedAt, curves, report = {}, ...result }: Replacement,
): Promise<void> {
  return inTransaction(db, async (tx) => {
    const [run] = await tx
      .update(runs)
      // The writes below require a running run. The transaction hides this state from readers.
      .set({
        attempt: sql`${runs.attempt} + 1`,
        status: 'running',
        ...storableRow(runs, { provenance: storableText(provenance), totalSteps, startedAt }),
      })
      .where(and(eq(runs.id, runId), eq(runs.status, 'finished')))
      .returning({ attempt: runs.attempt });
    if (run === undefined) {
      throw new SaeLabError('db.not-finished', {
        problem: `run ${runId} is not finished, so it has no result to replace`,
        fix: 'Start the sweep again. It trains this run like any other.',
      });
    }
    const attempt = { runId, attempt: run.attempt };
    await openAttempt(tx, attempt, provenance);
    await reportAttempt(tx, attempt, report);
    for (const table of [figures, histograms, artifacts]) {
      await tx.delete(table).where(eq(table.runId, runId));
    }
    await clearCurves(tx, attempt);
    await appendCurves(tx, { ...attempt, curves });
    await saveResult(tx, { ...attempt, ...result });
  });
}
