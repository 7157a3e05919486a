import { asc, eq } from 'drizzle-orm';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectDatabase } from '../connection/connect.ts';
import { curveChunks } from '../schema/index.ts';
import { startedRun } from '../testing/sample-rows.ts';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { reclaimSpace } from './curve-chunks.ts';
import { appendCurves, clearCurves, curvesOf } from './curves.ts';
import type { Attempt } from './fence.ts';
import { runById } from './runs.ts';

const server = useTestDatabase();

/** The rows of a run's curves, without the run's own id. */
async function chunksOf({ runId }: Pick<Attempt, 'runId'>) {
  const rows = await server.db
    .select()
    .from(curveChunks)
    .where(eq(curveChunks.runId, runId))
    .orderBy(asc(curveChunks.curve), asc(curveChunks.firstStep));
  return rows.map((chunk) => ({ ...chunk, runId: 0 }));
}

test('reads flushes back as one curve, with NaN, the infinities and every digit', async () => {
  const run = await startedRun(server.db);
  const values = [0.1 + 0.2, Number.NaN, Infinity, -Infinity, 5e-324, -1.7976931348623157e308, 3];
  await appendCurves(server.db, {
    ...run,
    curves: { loss: { steps: [0, 1, 2, 5], values: values.slice(0, 4) } },
  });
  await appendCurves(server.db, { ...run, curves: { loss: { steps: [6, 7, 9], values: values.slice(4) } } });
  expect((await curvesOf(server.db, run.runId)).get('loss')).toEqual({
    steps: [0, 1, 2, 5, 6, 7, 9],
    values,
  });
});

const value = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, 1));

test('gives a resumed run the same curves as one that never stopped', async () => {
  const flushes = fc.array(fc.array(fc.record({ loss: value, l0: value }), { maxLength: 4 }), {
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(flushes, fc.integer({ min: -1, max: 12 }), async (parts, checkpoint) => {
      const [whole, resumed] = [await startedRun(server.db), await startedRun(server.db)];
      const points = parts.flat().map((point, step) => ({ ...point, step }));
      const flush = (run: typeof whole, rows: typeof points) => {
        const steps = rows.map(({ step }) => step);
        const loss = { steps, values: rows.map((row) => row.loss) };
        // Logged less often, so its last point may come before the last step.
        const sparse = rows.filter(({ step }) => step % 3 === 0);
        const l0 = { steps: sparse.map(({ step }) => step), values: sparse.map((row) => row.l0) };
        return appendCurves(server.db, { ...run, curves: { loss, l0 } });
      };
      await flush(whole, points);
      let start = 0;
      for (const { length } of parts) {
        await flush(resumed, points.slice(start, start + length));
        start += length;
      }
      await clearCurves(server.db, resumed);
      await flush(resumed, points.slice(0, checkpoint + 1));
      await flush(resumed, points.slice(checkpoint + 1));
      expect(await curvesOf(server.db, resumed.runId)).toEqual(await curvesOf(server.db, whole.runId));
      expect(await chunksOf(resumed)).toEqual(await chunksOf(whole));
    }),
    { numRuns: 40 },
  );
});

test('fills chunks, however the points arrive', async () => {
  const [one, each, mixed] = [
    await startedRun(server.db),
    await startedRun(server.db),
    await startedRun(server.db),
  ];
  const append = (run: typeof one, from: number, to: number) => {
    const steps = Array.from({ length: to - from }, (_, i) => from + i);
    return appendCurves(server.db, {
      ...run,
      curves: { loss: { steps, values: steps.map((step) => step / 7) } },
    });
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
  await clearCurves(server.db, mixed);
  await append(mixed, 0, 98);
  await append(mixed, 98, 150);

  expect((await chunksOf(one)).map(({ steps }) => steps.length)).toEqual([60, 60, 30]);
  expect(await chunksOf(each)).toEqual(await chunksOf(one));
  expect(await chunksOf(mixed)).toEqual(await chunksOf(one));
});

test('takes little more space for points stored one by one than all at once', async () => {
  const { sql } = server.database;
  const size = async () => {
    const [row] = await sql`select pg_total_relation_size('curve_chunks')::int as bytes`;
    return row!['bytes'] as number;
  };
  await sql`vacuum full curve_chunks`;
  const before = await size();
  const run = await startedRun(server.db);
  const keys = ['loss', 'gradient_norm', 'dead_fraction', 'learning_rate', 'l0', 'explained_variance'];
  for (let step = 0; step < 800; step++) {
    const point = { steps: [step], values: [Math.sin(step)] };
    await appendCurves(server.db, {
      ...run,
      curves: Object.fromEntries(keys.map((key) => [key, point])),
    });
  }
  // One row per point would take 144 bytes. Without reusing the space of replaced rows, a point would take 50.
  expect(((await size()) - before) / (800 * keys.length)).toBeLessThan(32);
});

test('says nothing where it skips a table that is locked at the moment', async () => {
  const notices: string[] = [];
  const { url, sql } = server.database;
  const other = await connectDatabase({ url, onNotice: (line) => notices.push(line) });
  try {
    await sql.begin(async (locking) => {
      await locking`lock table curve_chunks in share mode`;
      await reclaimSpace(other.db, Number.MAX_SAFE_INTEGER);
    });
    // Another notice does arrive.
    await other.sql`do $$ begin raise warning 'heard'; end $$`;
  } finally {
    await other.close();
  }
  expect(notices).toEqual(['heard']);
});

test('clears all points and sets the step back', async () => {
  const run = await startedRun(server.db);
  await appendCurves(server.db, { ...run, curves: { loss: { steps: [0, 1], values: [1, 2] } } });
  await clearCurves(server.db, run);
  expect(await curvesOf(server.db, run.runId)).toEqual(new Map());
  expect((await runById(server.db, run.runId))?.step).toBe(0);
});

test.each([
  ['a step twice', { steps: [4, 4], values: [1, 2] }],
  ['a step that is already stored', { steps: [3, 4], values: [1, 2] }],
  ['a fractional step', { steps: [4.5], values: [1] }],
  ['a missing value', { steps: [4, 5], values: [1] }],
])('refuses %s and stores nothing of the flush', async (_, loss) => {
  const run = await startedRun(server.db);
  await appendCurves(server.db, { ...run, curves: { loss: { steps: [3], values: [1] } } });
  const before = await chunksOf(run);
  const flush = appendCurves(server.db, { ...run, curves: { l0: { steps: [4], values: [1] }, loss } });
  await expect(flush).rejects.toMatchObject({
    code: 'db.curve-steps',
    message: expect.stringContaining('curves.loss'),
  });
  expect(await chunksOf(run)).toEqual(before);
});

test('notifies listeners once per flush, with the id of the run', async () => {
  const run = await startedRun(server.db);
  const heard: string[] = [];
  const listening = await server.database.sql.listen('sae_lab_runs', (payload) => heard.push(payload));
  await appendCurves(server.db, {
    ...run,
    curves: { loss: { steps: [0], values: [1] }, l0: { steps: [0], values: [1] } },
  });
  // Notifications arrive in order, so all earlier ones have arrived by now.
  const sentinel = new Promise<void>((resolve) => {
    void server.database.sql
      .listen('sentinel', () => resolve())
      .then(() => server.database.sql.notify('sentinel', ''));
  });
  await sentinel;
  await listening.unlisten();
  expect(heard).toEqual([String(run.runId)]);
});

test('keeps keys of any kind, and numbers to the last bit', async () => {
  const attempt = await startedRun(server.db);
  const keys = ['a"b\\c', '{x,y}', 'NULL', ' ', 'é😀', "it's"];
  const values = [0.1 + 0.2, 5e-324, -0, 1.7976931348623157e308, Number.NaN, -Infinity];
  const steps = values.map((_, index) => index);
  const curves = Object.fromEntries(keys.map((key) => [key, { steps, values }]));
  await appendCurves(server.db, { ...attempt, curves });
  const next = Object.fromEntries(keys.map((key) => [key, { steps: [9], values: [1] }]));
  await appendCurves(server.db, { ...attempt, curves: next });
  const stored = await curvesOf(server.db, attempt.runId);
  expect([...stored.keys()].toSorted()).toEqual(keys.toSorted());
  for (const curve of stored.values())
    expect(curve).toEqual({ steps: [...steps, 9], values: [...values.map((number) => number + 0), 1] });
});
