import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import { SaeLabError } from '@sae-lab/errors';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { metricChunks, metricSummaries } from '../schema/index.ts';
import { type Attempt, lockRun, notifyRun, updateOwnRun } from './fence.ts';
import { appendChunks, chunksOf, reclaimSpace } from './curve-chunks.ts';
import { extendSummary, type MetricSummary, type Series } from './metric-summary.ts';

/**
 * Appends the points since the last flush, of several metrics, and brings their summaries up to
 * date in the same transaction. NaN and the infinities are kept.
 *
 * @throws SaeLabError `db.metric-steps` unless steps are integers that rise, also over what is
 *   stored; `db.stale-attempt`
 */
export async function appendMetrics(
  db: Db,
  { series, ...attempt }: Attempt & { series: Record<string, Series> },
): Promise<void> {
  const { runId } = attempt;
  const flushed = Object.entries(series).filter(([, { steps, values }]) => steps.length + values.length > 0);
  const replaced = await inTransaction(db, async (tx) => {
    await lockRun(tx, attempt);
    if (flushed.length === 0) return 0;
    const metrics = flushed.map(([metric]) => metric);
    const before = await summariesOf(tx, runId, metrics);
    for (const [metric, points] of flushed) checkSteps(metric, points, before.get(metric)?.lastStep ?? -1);

    const bytes = await appendChunks(tx, runId, flushed);
    await storeSummaries(
      tx,
      runId,
      flushed.map(([metric, points]) => [metric, extendSummary(before.get(metric), points)]),
    );
    await notifyRun(tx, runId);
    return bytes;
  });
  await reclaimSpace(db, replaced);
}

/**
 * Drops all points after `step`, as a run does that goes on from a checkpoint made at `step`; −1
 * drops all. Afterwards the metrics are as if the later points had never been made.
 *
 * @throws SaeLabError `db.stale-attempt`
 */
export async function rewindMetrics(db: Db, { step, ...attempt }: Attempt & { step: number }): Promise<void> {
  const { runId } = attempt;
  await inTransaction(db, async (tx) => {
    await updateOwnRun(tx, attempt, { step: Math.max(step, 0) });
    const cut = await tx
      .delete(metricChunks)
      .where(and(eq(metricChunks.runId, runId), gt(metricChunks.lastStep, step)))
      .returning();
    if (cut.length === 0) return;
    const kept = cut.flatMap((chunk) => {
      const count = chunk.steps.filter((at) => at <= step).length;
      const steps = chunk.steps.slice(0, count);
      return count === 0
        ? []
        : [{ ...chunk, steps, values: chunk.values.slice(0, count), lastStep: steps.at(-1)! }];
    });
    if (kept.length > 0) await tx.insert(metricChunks).values(kept);

    const metrics = [...new Set(cut.map(({ metric }) => metric))];
    await tx
      .delete(metricSummaries)
      .where(and(eq(metricSummaries.runId, runId), inArray(metricSummaries.metric, metrics)));
    const summaries = new Map<string, MetricSummary>();
    for (const chunk of await chunksOf(tx, [runId], metrics)) {
      summaries.set(chunk.metric, extendSummary(summaries.get(chunk.metric), chunk));
    }
    await storeSummaries(tx, runId, [...summaries]);
    await notifyRun(tx, runId);
  });
}

/** All points of one metric, by run; a run without any is left out. */
export async function metricSeries(
  db: Db,
  { runIds, metric }: { runIds: readonly number[]; metric: string },
): Promise<Map<number, Series>> {
  const chunks = Map.groupBy(await chunksOf(db, runIds, [metric]), ({ runId }) => runId);
  return new Map(
    [...chunks].map(([runId, rows]) => [
      runId,
      { steps: rows.flatMap(({ steps }) => steps), values: rows.flatMap(({ values }) => values) },
    ]),
  );
}

/** Summaries of all metrics of these runs. */
export function metricSummariesOf(
  db: Db,
  runIds: readonly number[],
): Promise<(typeof metricSummaries.$inferSelect)[]> {
  return db
    .select()
    .from(metricSummaries)
    .where(inArray(metricSummaries.runId, [...runIds]))
    .orderBy(asc(metricSummaries.runId), asc(metricSummaries.metric));
}

async function summariesOf(tx: Db, runId: number, metrics: string[]): Promise<Map<string, MetricSummary>> {
  const rows = await tx
    .select()
    .from(metricSummaries)
    .where(and(eq(metricSummaries.runId, runId), inArray(metricSummaries.metric, metrics)));
  return new Map(rows.map((row) => [row.metric, row]));
}

async function storeSummaries(tx: Db, runId: number, summaries: [string, MetricSummary][]): Promise<void> {
  if (summaries.length === 0) return;
  await tx
    .insert(metricSummaries)
    .values(summaries.map(([metric, summary]) => ({ ...summary, runId, metric })))
    .onConflictDoUpdate({
      target: [metricSummaries.runId, metricSummaries.metric],
      set: {
        last: sql`excluded.last`,
        lastStep: sql`excluded.last_step`,
        min: sql`excluded.min`,
        max: sql`excluded.max`,
        bestStep: sql`excluded.best_step`,
        count: sql`excluded.count`,
      },
    });
}

function checkSteps(metric: string, { steps, values }: Series, lastStep: number): void {
  const fail = (expected: string, received: string) => {
    throw new SaeLabError('db.metric-steps', {
      problem: 'the points of a metric must be in order',
      field: `series.${metric}`,
      expected,
      received,
      fix: 'A run that goes back to a checkpoint calls rewindMetrics first.',
    });
  };
  if (steps.length !== values.length)
    fail('a value per step', `${steps.length} steps, ${values.length} values`);
  let previous = lastStep;
  for (const step of steps) {
    if (!Number.isInteger(step) || step <= previous) fail(`a whole step after ${previous}`, String(step));
    previous = step;
  }
}
