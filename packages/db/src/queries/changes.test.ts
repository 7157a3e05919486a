import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db } from '../connection/connect.ts';
import { openTestDatabase, type TestDatabase } from '../testing/open-test-database.ts';
import { newRun, newSweep, startedRun } from '../testing/sample-rows.ts';
import { runVersion, sweepsVersion, sweepVersion } from './changes.ts';
import { enqueueRuns } from './enqueue-runs.ts';
import { saveEvaluation } from './results.ts';
import { appendMetrics } from './curves.ts';
import { failRun, recordProgress, startRun } from './run-lifecycle.ts';
import { setSweepStatus } from './sweeps.ts';

let server: TestDatabase;
let db: Db;
beforeAll(async () => {
  server = await openTestDatabase();
  ({ db } = server.database);
});
afterAll(() => server.stop());

/** Whether a version changed at each of these; between them it is read twice, and must not. */
async function changes(
  version: () => Promise<string>,
  steps: (() => Promise<unknown>)[],
): Promise<boolean[]> {
  const changed: boolean[] = [];
  let before = await version();
  for (const step of steps) {
    await step();
    const after = await version();
    expect(await version()).toBe(after);
    changed.push(after !== before);
    before = after;
  }
  return changed;
}

const result = { metrics: { l0: 1 }, histograms: [], artifacts: [], seconds: 1, finalStep: 9 };

test('a sweep’s version changes with its runs, their progress and their ends, and with nothing else', async () => {
  const sweep = await newSweep(db);
  const run = newRun();
  let id = 0;
  const attempt = { runId: 0, attempt: 1 };
  expect(
    await changes(
      () => sweepVersion(db, sweep),
      [
        async () => (id = (await enqueueRuns(db, sweep, [run]))[0]!.id),
        async () => (attempt.runId = id),
        () => startRun(db, id, { provenance: {} }),
        () => recordProgress(db, { ...attempt, step: 5 }),
        () => failRun(db, { ...attempt, error: { code: 'a.b', message: 'c' } }),
        () => startedRun(db),
        () => setSweepStatus(db, sweep, 'finished'),
      ],
    ),
  ).toEqual([true, false, true, true, true, false, true]);
});

test('the version of the list changes with statuses, not with progress', async () => {
  const attempt = await startedRun(db);
  expect(
    await changes(
      () => sweepsVersion(db),
      [
        () => recordProgress(db, { ...attempt, step: 5 }),
        () => saveEvaluation(db, { ...attempt, ...result }),
        () => newSweep(db),
      ],
    ),
  ).toEqual([false, true, true]);
});

test('a run’s version changes with its curves, not with those of another', async () => {
  const [attempt, other] = [await startedRun(db), await startedRun(db)];
  const series = { loss: { steps: [0], values: [Number.NaN] } };
  expect(
    await changes(
      () => runVersion(db, attempt.runId),
      [
        () => appendMetrics(db, { ...attempt, series }),
        () => appendMetrics(db, { ...other, series }),
        () => saveEvaluation(db, { ...attempt, ...result }),
      ],
    ),
  ).toEqual([true, false, true]);
});

test('what is not there has a version too', async () => {
  expect(await sweepVersion(db, 999_999)).toBe('');
  expect(await runVersion(db, 999_999)).toBe('');
});
