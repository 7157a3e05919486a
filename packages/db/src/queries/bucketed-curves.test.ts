import { expect, test } from 'vitest';
import { startedRun } from '../testing/sample-rows.ts';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { bucketedCurves } from './bucketed-curves.ts';
import { appendCurves } from './curves.ts';

const server = useTestDatabase();

const steps = (count: number, every = 1): number[] =>
  Array.from({ length: count }, (_, index) => index * every);

test('buckets have the smallest, largest and last value, and edges that new points do not move', async () => {
  const { db } = server;
  const run = await startedRun(db);
  const value = (step: number): number => Math.sin(step);
  await appendCurves(db, { ...run, curves: { loss: { steps: steps(100), values: steps(100).map(value) } } });
  const { runId } = run;
  const read = async (buckets: number, window = {}) => {
    const { size, curves, ends } = await bucketedCurves(db, {
      runIds: [runId],
      curve: 'loss',
      buckets,
      ...window,
    });
    return { size, buckets: curves.get(runId)!, end: ends.get(runId) };
  };
  const before = await read(30);
  expect(before).toMatchObject({ size: 4, end: 99 });
  expect(before.buckets).toHaveLength(25);
  expect(before.buckets[3]).toEqual({
    start: 12,
    min: Math.min(...[12, 13, 14, 15].map(value)),
    max: Math.max(...[12, 13, 14, 15].map(value)),
    last: value(15),
  });

  const more = steps(400).slice(100);
  await appendCurves(db, { ...run, curves: { loss: { steps: more, values: more.map(value) } } });
  const after = await read(30);
  expect(after.size).toBe(16);
  expect(after.buckets.map(({ start }) => start)).toEqual(steps(25, 16));
  // A coarser bucket is what its finer ones are together.
  expect(after.buckets[0]!.max).toBe(Math.max(...before.buckets.slice(0, 4).map(({ max }) => max)));

  const zoomed = await read(10, { from: 101, until: 120 });
  expect(zoomed.size).toBe(2);
  expect(zoomed.buckets.map(({ start }) => start)).toEqual([
    100, 102, 104, 106, 108, 110, 112, 114, 116, 118,
  ]);
  expect(zoomed.buckets[0]).toEqual({ start: 100, min: value(101), max: value(101), last: value(101) });
});

test('a NaN hides no number of its bucket', async () => {
  const { db } = server;
  const run = await startedRun(db);
  const values = [Number.NaN, 2, Number.NaN, 1, Number.NaN, Number.NaN];
  await appendCurves(db, { ...run, curves: { loss: { steps: steps(6), values } } });
  const { curves } = await bucketedCurves(db, { runIds: [run.runId, 999], curve: 'loss', buckets: 2 });
  expect([...curves]).toEqual([
    [
      run.runId,
      [
        { start: 0, min: 1, max: 2, last: 1 },
        { start: 4, min: Number.NaN, max: Number.NaN, last: Number.NaN },
      ],
    ],
  ]);
  expect((await bucketedCurves(db, { runIds: [], curve: 'loss', buckets: 2 })).curves.size).toBe(0);
  expect((await bucketedCurves(db, { runIds: [run.runId], curve: 'none', buckets: 2 })).curves.size).toBe(0);
});
