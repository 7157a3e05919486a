import { asc, eq, sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { artifacts, figures, histograms } from '../schema/index.ts';
import { storableRow, storableText } from './storable.ts';
import { type Attempt, notifyRun, updateOwnRun } from './fence.ts';
import { closeAttempt } from './run-attempts.ts';

export type Histogram = Omit<typeof histograms.$inferSelect, 'runId'>;
export type Artifact = Omit<typeof artifacts.$inferSelect, 'runId'>;

/** What a finished run leaves in the database. */
export interface Result {
  /** Final numbers by key, e.g. `explained_variance`. NaN stands for a figure that is undefined on the run's data. */
  figures: Record<string, number>;
  histograms: Histogram[];
  artifacts: Artifact[];
  /** Seconds spent training. */
  seconds: number;
  finalStep: number;
}

/**
 * Stores the result of a run and marks it finished, in one transaction: every finished run has its result.
 *
 * @throws {SaeLabError} `db.stale-attempt`, `db.bad-value`
 */
export async function saveResult(db: Db, { seconds, finalStep, ...given }: Attempt & Result): Promise<void> {
  const { runId, attempt } = given;
  await inTransaction(db, async (tx) => {
    await updateOwnRun(
      tx,
      { runId, attempt },
      { status: 'finished', step: finalStep, seconds, finishedAt: sql`now()`, cancelRequestedAt: null },
    );
    await closeAttempt(tx, { runId, attempt }, { reason: 'finished' });
    const numbers = Object.entries(given.figures).map(([key, value]) => ({
      runId,
      figure: storableText(key),
      value,
    }));
    const distributions = given.histograms.map((row) =>
      storableRow(histograms, { ...row, name: storableText(row.name), runId }),
    );
    const files = given.artifacts.map((row) => storableRow(artifacts, { ...row, runId }));
    if (numbers.length > 0) await tx.insert(figures).values(numbers);
    if (distributions.length > 0) await tx.insert(histograms).values(distributions);
    if (files.length > 0) await tx.insert(artifacts).values(files);
    await notifyRun(tx, runId);
  });
}

/** The final numbers of a run by key, in alphabetical order; empty until it has finished. */
export async function figuresOf(db: Db, runId: number): Promise<Record<string, number>> {
  const rows = await db.select().from(figures).where(eq(figures.runId, runId)).orderBy(asc(figures.figure));
  return Object.fromEntries(rows.map(({ figure, value }) => [figure, value]));
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
