import { asc, eq } from 'drizzle-orm';
import { SaeLabError } from '@sae-lab/errors';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { curveChunks } from '../schema/index.ts';
import type { Curve, Curves } from './curve.ts';
import { appendChunks, lastChunks, reclaimSpace } from './curve-chunks.ts';
import { type Attempt, lockRun, notifyRun, updateOwnRun } from './fence.ts';

/**
 * Appends the points logged since the last flush to each curve of a run. NaN and the infinities are kept.
 *
 * @throws {SaeLabError} `db.curve-steps` unless the steps are integers that rise, continuing from those stored;
 *   `db.stale-attempt`
 */
export async function appendCurves(
  db: Db,
  { curves, ...attempt }: Attempt & { curves: Curves },
): Promise<void> {
  const { runId } = attempt;
  const flushed = Object.entries(curves).filter(([, { steps, values }]) => steps.length + values.length > 0);
  const replaced = await inTransaction(db, async (tx) => {
    // Statements that are sent together take one round trip. They still run one after the other.
    const keys = flushed.map(([key]) => key);
    const [, last] = await Promise.all([lockRun(tx, attempt), lastChunks(tx, runId, keys)]);
    if (flushed.length === 0) return 0;
    for (const [key, points] of flushed) checkSteps(key, points, last.get(key)?.lastStep ?? -1);
    const [bytes] = await Promise.all([appendChunks(tx, runId, flushed, last), notifyRun(tx, runId)]);
    return bytes;
  });
  await reclaimSpace(db, replaced);
}

/**
 * Deletes all points of a run that starts over, and sets its step back to 0.
 *
 * @throws {SaeLabError} `db.stale-attempt`
 */
export async function clearCurves(db: Db, attempt: Attempt): Promise<void> {
  const { runId } = attempt;
  await inTransaction(db, async (tx) => {
    await updateOwnRun(tx, attempt, { step: 0 });
    const deleted = await tx
      .delete(curveChunks)
      .where(eq(curveChunks.runId, runId))
      .returning({ runId: curveChunks.runId });
    if (deleted.length > 0) await notifyRun(tx, runId);
  });
}

/** All points of all curves of a run, by key in alphabetical order. */
export async function curvesOf(db: Db, runId: number): Promise<Map<string, Curve>> {
  const chunks = await db
    .select()
    .from(curveChunks)
    .where(eq(curveChunks.runId, runId))
    .orderBy(asc(curveChunks.curve), asc(curveChunks.firstStep));
  return new Map(
    [...Map.groupBy(chunks, ({ curve }) => curve)].map(([key, rows]) => [
      key,
      { steps: rows.flatMap(({ steps }) => steps), values: rows.flatMap(({ values }) => values) },
    ]),
  );
}

function checkSteps(key: string, { steps, values }: Curve, lastStep: number): void {
  const fail = (expected: string, received: string) => {
    throw new SaeLabError('db.curve-steps', {
      problem: 'the points of a curve are out of order',
      field: `curves.${key}`,
      expected,
      received,
      fix: 'Call clearCurves before logging a run from the start again.',
    });
  };
  if (steps.length !== values.length)
    fail('one value per step', `${steps.length} steps and ${values.length} values`);
  let previous = lastStep;
  for (const step of steps) {
    if (!Number.isInteger(step) || step <= previous) fail(`an integer above ${previous}`, String(step));
    previous = step;
  }
}
