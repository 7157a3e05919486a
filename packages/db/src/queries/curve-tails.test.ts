import { expect, test } from 'vitest';
import { startedRun } from '../testing/sample-rows.ts';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { curveTails } from './curve-tails.ts';
import { appendCurves, clearCurves } from './curves.ts';

const server = useTestDatabase();

const steps = (count: number, every = 1): number[] =>
  Array.from({ length: count }, (_, index) => index * every);

test('the tail of a curve starts after the step that a reader has', async () => {
  const { db } = server;
  const run = await startedRun(db);
  const [even, all] = [steps(130, 2), steps(130)];
  await appendCurves(db, {
    ...run,
    curves: { loss: { steps: even, values: all }, l0: { steps: [4], values: [Number.NaN] } },
  });
  const { runId } = run;
  const tail = async (after: number, curve = 'loss') =>
    (await curveTails(db, [{ runId, curve, after }])).map(({ steps: at, values, end }) => [at, values, end]);
  expect(await tail(-1)).toEqual([[even, all, 258]]);
  // Chunks have 60 points: the steps to 118, to 238 and to 258.
  for (const after of [117, 118, 119, 120, 237, 238, 255]) {
    const start = even.findIndex((step) => step > after);
    expect(await tail(after)).toEqual([[even.slice(start), all.slice(start), 258]]);
  }
  expect(await tail(258)).toEqual([[[], [], 258]]);
  expect(await tail(-1, 'none')).toEqual([[[], [], -1]]);

  // Several at once, in their order.
  const cursors = [
    { runId, curve: 'l0', after: 3 },
    { runId: 999, curve: 'loss', after: 3 },
    { runId, curve: 'loss', after: 256 },
  ];
  expect(await curveTails(db, cursors)).toEqual([
    { runId, curve: 'l0', steps: [4], values: [Number.NaN], end: 4 },
    { runId: 999, curve: 'loss', steps: [], values: [], end: -1 },
    { runId, curve: 'loss', steps: [258], values: [129], end: 258 },
  ]);
  expect(await curveTails(db, [])).toEqual([]);

  // A reader sees that its points were replaced by fewer.
  await clearCurves(db, run);
  await appendCurves(db, { ...run, curves: { loss: { steps: [0, 2], values: [1, 2] } } });
  expect(await tail(258)).toEqual([[[], [], 2]]);
});
