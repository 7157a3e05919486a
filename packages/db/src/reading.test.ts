import { expect, test } from 'vitest';
import { upsertActivations } from './queries/activations.ts';
import { enqueueRuns } from './queries/enqueue-runs.ts';
import { saveResult } from './queries/results.ts';
import { appendCurves, curvesOf } from './queries/curves.ts';
import { activationsById, figuresOf, sweepsOfRun } from './reading.ts';
import { useTestDatabase } from './testing/use-test-database.ts';
import { newRun, newSweep, startedRun } from './testing/sample-rows.ts';

const server = useTestDatabase();

test('joins the chunks of each curve in order', async () => {
  const attempt = await startedRun(server.db);
  await appendCurves(server.db, {
    ...attempt,
    curves: { loss: { steps: [0, 1], values: [3, 2] }, l0: { steps: [0], values: [9] } },
  });
  await appendCurves(server.db, { ...attempt, curves: { loss: { steps: [2], values: [Number.NaN] } } });
  expect(await curvesOf(server.db, attempt.runId)).toEqual(
    new Map([
      ['l0', { steps: [0], values: [9] }],
      ['loss', { steps: [0, 1, 2], values: [3, 2, Number.NaN] }],
    ]),
  );
  expect(await curvesOf(server.db, 999_999)).toEqual(new Map());
});

test('reads only the run’s own figures and keeps NaN', async () => {
  const attempt = await startedRun(server.db);
  expect(await figuresOf(server.db, attempt.runId)).toEqual({});
  const figures = { mse: Number.NaN, l0: 4, l1: Infinity };
  await saveResult(server.db, {
    ...attempt,
    figures,
    histograms: [],
    artifacts: [],
    seconds: 1,
    finalStep: 9,
  });
  expect(await figuresOf(server.db, attempt.runId)).toEqual(figures);
});

test('lists the sweeps of a run, most recently started first', async () => {
  const run = newRun();
  const [first, second] = [await newSweep(server.db), await newSweep(server.db)];
  const { id } = (await enqueueRuns(server.db, first, [run]))[0]!;
  await enqueueRuns(server.db, second, [run]);
  expect((await sweepsOfRun(server.db, id)).map((sweep) => sweep.id)).toEqual([second, first]);
});

test('finds activations by their hash', async () => {
  const row = { id: 'abc', model: 'm', hook: 'h', dIn: 4, rows: 9, manifest: {}, folder: 'f' };
  await upsertActivations(server.db, row);
  expect(await activationsById(server.db, 'abc')).toMatchObject(row);
  expect(await activationsById(server.db, 'absent')).toBeUndefined();
});
