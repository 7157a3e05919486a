import { and, eq, sql } from 'drizzle-orm';
import { SaeLabError } from '@sae-lab/errors';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { artifacts, evaluations, histograms, runs } from '../schema/index.ts';
import type { JsonObject } from '../schema/index.ts';
import { saveEvaluation, type Result } from './results.ts';
import type { Series } from './metric-summary.ts';
import { appendMetrics, rewindMetrics } from './curves.ts';
import { storableRow, storableText } from './storable.ts';

/** All that a run which was trained again has in the place of what it had. */
export interface Replacement extends Result {
  runId: number;
  provenance: JsonObject;
  totalSteps: number;
  startedAt: Date;
  /** All curves, whole. */
  series: Record<string, Series>;
}

/**
 * Puts a new result in the place of a finished run's, in one transaction: the run has the old result or the new
 * one, and is finished all the time. Whoever trains a finished run again writes nothing before this.
 *
 * @throws SaeLabError `db.not-finished`, `db.bad-value`
 */
export function replaceResult(
  db: Db,
  { runId, provenance, totalSteps, startedAt, series, ...result }: Replacement,
): Promise<void> {
  return inTransaction(db, async (tx) => {
    const [run] = await tx
      .update(runs)
      // Nobody sees it running: that is the state in which the writes below are allowed.
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
        fix: 'Start the sweep again: it trains the run as any other.',
      });
    }
    const attempt = { runId, attempt: run.attempt };
    for (const table of [evaluations, histograms, artifacts]) {
      await tx.delete(table).where(eq(table.runId, runId));
    }
    await rewindMetrics(tx, { ...attempt, step: -1 });
    await appendMetrics(tx, { ...attempt, series });
    await saveEvaluation(tx, { ...attempt, ...result });
  });
}
