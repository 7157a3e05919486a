import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db } from '../connection/connect.ts';
import { openTestDatabase, type TestDatabase } from '../testing/open-test-database.ts';
import { startedRun } from '../testing/sample-rows.ts';
import { chunksOf } from './curve-chunks.ts';
import { appendMetrics, metricSeries, metricSummariesOf, rewindMetrics } from './curves.ts';
import type { Series } from './metric-summary.ts';
import { runById } from './runs.ts';

let server: TestDatabase;
let db: Db;
beforeAll(async () => {
  server = await openTestDatabase();
  ({ db } = server.database);
});
afterAll(() => server.stop());

/** All that is stored of a run's metrics, but for the run's own id. */
async function stored(runId: number) {
  const summaries = await metricSummariesOf(db, [runId]);
  const series = new Map<string, Series | undefined>();
  for (const { metric } of summaries) {
    series.set(metric, (await metricSeries(db, { runIds: [runId], metric })).get(runId));
  }
  return { series, summaries: summaries.map((row) => ({ ...row, runId: 0 })) };
}

test('flushes come back as one series, with NaN, the infinities and every digit', async () => {
  const run = await startedRun(db);
  const values = [0.1 + 0.2, Number.NaN, Infinity, -Infinity, 5e-324, -1.7976931348623157e308, 3];
  await appendMetrics(db, { ...run, series: { loss: { steps: [0, 1, 2, 5], values: values.slice(0, 4) } } });
  await appendMetrics(db, { ...run, series: { loss: { steps: [6, 7, 9], values: values.slice(4) } } });
  const series = await metricSeries(db, { runIds: [run.runId], metric: 'loss' });
  expect(series.get(run.runId)).toEqual({ steps: [0, 1, 2, 5, 6, 7, 9], values });
});

test('a summary leaves NaN out of the extremes, keeps it as the last value and counts it', async () => {
  const run = await startedRun(db);
  const append = (steps: number[], values: number[]) =>
    appendMetrics(db, { ...run, series: { loss: { steps, values } } });
  const summary = async () => (await metricSummariesOf(db, [run.runId]))[0];

  await append([0], [Number.NaN]);
  expect(await summary()).toMatchObject({ last: Number.NaN, min: null, max: null, bestStep: null, count: 1 });
  await append([10, 20, 30], [4, 2, 8]);
  expect(await summary()).toMatchObject({ last: 8, lastStep: 30, min: 2, max: 8, bestStep: 20, count: 4 });
  // The same minimum again: the first step stays the best.
  await append([40, 50], [2, Infinity]);
  expect(await summary()).toMatchObject({
    last: Infinity,
    lastStep: 50,
    min: 2,
    max: Infinity,
    bestStep: 20,
    count: 6,
  });
  await append([60, 70], [1, Number.NaN]);
  expect(await summary()).toMatchObject({ last: Number.NaN, lastStep: 70, min: 1, bestStep: 60, count: 8 });
});

const value = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, 1));

test('a run that was rewound and went on has the metrics of one that never stopped', async () => {
  const flushes = fc.array(fc.array(fc.record({ loss: value, l0: value }), { maxLength: 4 }), {
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(flushes, fc.integer({ min: -1, max: 12 }), async (parts, checkpoint) => {
      const [whole, resumed] = [await startedRun(db), await startedRun(db)];
      const points = parts.flat().map((point, step) => ({ ...point, step }));
      const flush = (run: typeof whole, rows: typeof points) => {
        const steps = rows.map(({ step }) => step);
        const loss = { steps, values: rows.map((row) => row.loss) };
        // Logged less often: its last point lies before the last step.
        const sparse = rows.filter(({ step }) => step % 3 === 0);
        const l0 = { steps: sparse.map(({ step }) => step), values: sparse.map((row) => row.l0) };
        return appendMetrics(db, { ...run, series: { loss, l0 } });
      };
      await flush(whole, points);
      let start = 0;
      for (const { length } of parts) {
        await flush(resumed, points.slice(start, start + length));
        start += length;
      }
      await rewindMetrics(db, { ...resumed, step: checkpoint });
      expect((await runById(db, resumed.runId))?.step).toBe(Math.max(checkpoint, 0));
      await flush(resumed, points.slice(checkpoint + 1));
      expect(await stored(resumed.runId)).toEqual(await stored(whole.runId));
    }),
    { numRuns: 40 },
  );
});

test('chunks are full, however the points come and wherever a run was rewound', async () => {
  const [one, each, mixed] = [await startedRun(db), await startedRun(db), await startedRun(db)];
  const append = (run: typeof one, from: number, to: number) => {
    const steps = Array.from({ length: to - from }, (_, i) => from + i);
    const series = { loss: { steps, values: steps.map((step) => step / 7) } };
    return appendMetrics(db, { ...run, series });
  };
  await append(one, 0, 150);
  for (let step = 0; step < 150; step++) await append(each, step, step + 1);
  for (const [from, to] of [
    [0, 59],
    [59, 61],
    [61, 61],
    [61, 140],
  ] as const)
    await append(mixed, from, to);
  await rewindMetrics(db, { ...mixed, step: 97 });
  await append(mixed, 98, 150);

  const chunks = async ({ runId }: typeof one) =>
    (await chunksOf(db, [runId], ['loss'])).map((chunk) => ({ ...chunk, runId: 0 }));
  expect((await chunks(one)).map(({ steps }) => steps.length)).toEqual([60, 60, 30]);
  expect(await chunks(each)).toEqual(await chunks(one));
  expect(await chunks(mixed)).toEqual(await chunks(one));
});

test('storing points one by one takes little more space than storing them together', async () => {
  const { sql } = server.database;
  const size = async () => {
    const [row] = await sql`select pg_total_relation_size('metric_chunks')::int as bytes`;
    return row!['bytes'] as number;
  };
  await sql`vacuum full metric_chunks`;
  const before = await size();
  const run = await startedRun(db);
  const metrics = ['loss', 'gradient_norm', 'dead_fraction', 'learning_rate', 'l0', 'explained_variance'];
  for (let step = 0; step < 800; step++) {
    const point = { steps: [step], values: [Math.sin(step)] };
    await appendMetrics(db, { ...run, series: Object.fromEntries(metrics.map((metric) => [metric, point])) });
  }
  // A row for each would take 144 bytes; the space of replaced rows, if it were not used again, 50.
  expect(((await size()) - before) / (800 * metrics.length)).toBeLessThan(32);
});

test('rewinding to −1 leaves nothing', async () => {
  const run = await startedRun(db);
  await appendMetrics(db, { ...run, series: { loss: { steps: [0, 1], values: [1, 2] } } });
  await rewindMetrics(db, { ...run, step: -1 });
  expect(await stored(run.runId)).toEqual({ series: new Map(), summaries: [] });
});

test.each([
  ['a step twice', { steps: [4, 4], values: [1, 2] }],
  ['a step that is stored already', { steps: [3, 4], values: [1, 2] }],
  ['a fractional step', { steps: [4.5], values: [1] }],
  ['a value too few', { steps: [4, 5], values: [1] }],
])('%s is refused and nothing of the flush is stored', async (_, loss) => {
  const run = await startedRun(db);
  await appendMetrics(db, { ...run, series: { loss: { steps: [3], values: [1] } } });
  const before = await stored(run.runId);
  const flush = appendMetrics(db, { ...run, series: { l0: { steps: [4], values: [1] }, loss } });
  await expect(flush).rejects.toMatchObject({
    code: 'db.metric-steps',
    message: expect.stringContaining('series.loss'),
  });
  expect(await stored(run.runId)).toEqual(before);
});

test('series of several runs come in one query', async () => {
  const [a, b] = [await startedRun(db), await startedRun(db)];
  for (const [run, last] of [
    [a, 1],
    [b, 2],
  ] as const) {
    await appendMetrics(db, {
      ...run,
      series: { loss: { steps: [0], values: [last] }, other: { steps: [0], values: [9] } },
    });
  }
  const series = await metricSeries(db, { runIds: [a.runId, b.runId, 1_000_000], metric: 'loss' });
  expect(series).toEqual(
    new Map([
      [a.runId, { steps: [0], values: [1] }],
      [b.runId, { steps: [0], values: [2] }],
    ]),
  );
});

test('listeners hear of a flush once, by the id of its run', async () => {
  const run = await startedRun(db);
  const heard: string[] = [];
  const listening = await server.database.sql.listen('sae_lab_runs', (payload) => heard.push(payload));
  await appendMetrics(db, {
    ...run,
    series: { loss: { steps: [0], values: [1] }, l0: { steps: [0], values: [1] } },
  });
  // Notifications arrive in order: what this one overtakes will never come.
  const sentinel = new Promise<void>((resolve) => {
    void server.database.sql
      .listen('sentinel', () => resolve())
      .then(() => server.database.sql.notify('sentinel', ''));
  });
  await sentinel;
  await listening.unlisten();
  expect(heard).toEqual([String(run.runId)]);
});
