import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db } from './connection/connect.ts';
import { upsertActivations } from './queries/activations.ts';
import { enqueueRuns } from './queries/enqueue-runs.ts';
import { saveEvaluation } from './queries/results.ts';
import { appendMetrics } from './queries/curves.ts';
import { activationsById, curvesOfRun, evaluationOf, sweepsOfRun } from './reading.ts';
import { openTestDatabase, type TestDatabase } from './testing/open-test-database.ts';
import { newRun, newSweep, startedRun } from './testing/sample-rows.ts';

let server: TestDatabase;
let db: Db;
beforeAll(async () => {
  server = await openTestDatabase();
  ({ db } = server.database);
});
afterAll(() => server.stop());

test('the curves of a run are put together from their chunks, in order', async () => {
  const attempt = await startedRun(db);
  await appendMetrics(db, {
    ...attempt,
    series: { loss: { steps: [0, 1], values: [3, 2] }, l0: { steps: [0], values: [9] } },
  });
  await appendMetrics(db, { ...attempt, series: { loss: { steps: [2], values: [Number.NaN] } } });
  expect(await curvesOfRun(db, attempt.runId)).toEqual(
    new Map([
      ['l0', { steps: [0], values: [9] }],
      ['loss', { steps: [0, 1, 2], values: [3, 2, Number.NaN] }],
    ]),
  );
  expect(await curvesOfRun(db, 999_999)).toEqual(new Map());
});

test('the scalars of a run are its own, not-a-number among them', async () => {
  const attempt = await startedRun(db);
  expect(await evaluationOf(db, attempt.runId)).toEqual({});
  const metrics = { mse: Number.NaN, l0: 4, l1: Infinity };
  await saveEvaluation(db, { ...attempt, metrics, histograms: [], artifacts: [], seconds: 1, finalStep: 9 });
  expect(await evaluationOf(db, attempt.runId)).toEqual(metrics);
});

test('a run knows all sweeps that ask for it, the last started first', async () => {
  const run = newRun();
  const [first, second] = [await newSweep(db), await newSweep(db)];
  const { id } = (await enqueueRuns(db, first, [run]))[0]!;
  await enqueueRuns(db, second, [run]);
  expect((await sweepsOfRun(db, id)).map((sweep) => sweep.id)).toEqual([second, first]);
});

test('activations are found by their hash', async () => {
  const row = { id: 'abc', model: 'm', hook: 'h', dIn: 4, rows: 9, manifest: {}, folder: 'f' };
  await upsertActivations(db, row);
  expect(await activationsById(db, 'abc')).toMatchObject(row);
  expect(await activationsById(db, 'absent')).toBeUndefined();
});
