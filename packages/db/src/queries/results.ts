import { asc, eq, sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { artifacts, evaluations, histograms } from '../schema/index.ts';
import { storableRow, storableText } from './storable.ts';
import { type Attempt, notifyRun, updateOwnRun } from './fence.ts';

export type Histogram = Omit<typeof histograms.$inferSelect, 'runId'>;
export type Artifact = Omit<typeof artifacts.$inferSelect, 'runId'>;

export interface Result {
  /** Final scalars by name. */
  metrics: Record<string, number>;
  histograms: Histogram[];
  artifacts: Artifact[];
  /** Time spent training, in seconds. */
  seconds: number;
  finalStep: number;
}

/**
 * Stores the result of a run and finishes it, all in one transaction: a finished run has its result.
 *
 * @throws SaeLabError `db.stale-attempt`
 */
export async function saveEvaluation(
  db: Db,
  { metrics, histograms: distributions, artifacts: files, seconds, finalStep, ...attempt }: Attempt & Result,
): Promise<void> {
  const { runId } = attempt;
  await inTransaction(db, async (tx) => {
    await updateOwnRun(tx, attempt, {
      status: 'finished',
      step: finalStep,
      seconds,
      finishedAt: sql`now()`,
    });
    const scalars = Object.entries(metrics).map(([metric, value]) => ({
      runId,
      metric: storableText(metric),
      value,
    }));
    if (scalars.length > 0) await tx.insert(evaluations).values(scalars);
    if (distributions.length > 0) {
      await tx
        .insert(histograms)
        .values(
          distributions.map((row) =>
            storableRow(histograms, { ...row, name: storableText(row.name), runId }),
          ),
        );
    }
    if (files.length > 0)
      await tx.insert(artifacts).values(files.map((row) => storableRow(artifacts, { ...row, runId })));
    await notifyRun(tx, runId);
  });
}

/** Final scalars of a run by name, in alphabetical order; empty until it has finished. */
export async function evaluationOf(db: Db, runId: number): Promise<Record<string, number>> {
  const rows = await db
    .select()
    .from(evaluations)
    .where(eq(evaluations.runId, runId))
    .orderBy(asc(evaluations.metric));
  return Object.fromEntries(rows.map(({ metric, value }) => [metric, value]));
}

export function histogramsOf(db: Db, runId: number): Promise<(typeof histograms.$inferSelect)[]> {
  return db.select().from(histograms).where(eq(histograms.runId, runId)).orderBy(asc(histograms.name));
}

export function artifactsOf(db: Db, runId: number): Promise<(typeof artifacts.$inferSelect)[]> {
  return db
    .select()
    .from(artifacts)
    .where(eq(artifacts.runId, runId))
    .orderBy(asc(artifacts.kind), asc(artifacts.path));
}
