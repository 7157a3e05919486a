import { expect, test } from 'vitest';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { newRun, newSweep, startedRun } from '../testing/sample-rows.ts';
import { upsertActivations } from './activations.ts';
import { enqueueRuns } from './enqueue-runs.ts';
import { figuresOf, histogramsOf, saveResult } from './results.ts';
import { replaceResult } from './replace-result.ts';
import { divergeRun, failRun, recordProgress, startRun } from './run-lifecycle.ts';
import { runById } from './runs.ts';
import { upsertSweep } from './sweeps.ts';

const server = useTestDatabase();

const BAD = ['a\0b', 'a\ud800b'];
const sweep = { name: 's', definitionHash: 'h', definition: {}, file: 'f', source: 's' };

test.each<
  [
    field: string,
    received: string,
    store: (run: () => Promise<{ runId: number; attempt: number }>) => Promise<unknown>,
  ]
>([
  ['sweeps.name', 'a\\u0000b', () => upsertSweep(server.db, { ...sweep, name: 'a\0b' })],
  [
    'sweeps.definition.hooks.0',
    'a\\ud800b',
    () => upsertSweep(server.db, { ...sweep, definition: { hooks: ['a\ud800b'] } }),
  ],
  [
    'runs.hook',
    'a\\u0000b',
    async () => enqueueRuns(server.db, await newSweep(server.db), [newRun({ hook: 'a\0b' })]),
  ],
  [
    'runs.hyper',
    'a\\u0000b',
    async () => enqueueRuns(server.db, await newSweep(server.db), [newRun({ hyper: { 'a\0b': 1 } })]),
  ],
  [
    'runs.seed',
    '4294967296',
    async () => enqueueRuns(server.db, await newSweep(server.db), [newRun({ seed: 2 ** 32 })]),
  ],
  [
    'runs.width',
    '10000000000',
    async () => enqueueRuns(server.db, await newSweep(server.db), [newRun({ width: 1e10 })]),
  ],
  [
    'runs.totalSteps',
    '10000000000',
    async (run) => startRun(server.db, (await run()).runId, { provenance: {}, totalSteps: 1e10 }),
  ],
  ['runs.step', '2147483648', async (run) => recordProgress(server.db, { ...(await run()), step: 2 ** 31 })],
  ['runs.step', '0.5', async (run) => recordProgress(server.db, { ...(await run()), step: 0.5 })],
  [
    'activations.model',
    'a\\u0000b',
    () =>
      upsertActivations(server.db, {
        id: 'i',
        model: 'a\0b',
        hook: 'h',
        dIn: 1,
        rows: 1,
        manifest: {},
        folder: 'f',
      }),
  ],
])('reports a %s that cannot be stored, with the value (%s)', async (field, received, store) => {
  await expect(store(() => startedRun(server.db))).rejects.toMatchObject({
    code: 'db.bad-value',
    details: { field, received: expect.stringContaining(received) as string },
  });
});

test.each(BAD)('keeps a run whatever text it reports about itself: %j', async (text) => {
  const shown = 'a\ufffdb';
  const error = { code: 'worker.crashed', message: text, details: { problem: text, [text]: [text] } };
  const replaced = { code: 'worker.crashed', message: shown, details: { problem: shown, [shown]: [shown] } };
  const failed = await startedRun(server.db);
  await failRun(server.db, { ...failed, error });
  expect(await runById(server.db, failed.runId)).toMatchObject({ status: 'failed', error: replaced });
  const diverged = await startedRun(server.db);
  await divergeRun(server.db, { ...diverged, step: 1, error });
  expect(await runById(server.db, diverged.runId)).toMatchObject({ status: 'diverged', error: replaced });

  const run = await startedRun(server.db);
  const attempt = await startRun(server.db, run.runId, { provenance: { argv: [text], warnings: [text] } });
  expect(await runById(server.db, run.runId)).toMatchObject({
    provenance: { argv: [shown], warnings: [shown] },
  });
  await saveResult(server.db, {
    runId: run.runId,
    attempt: attempt!,
    figures: { [text]: 1 },
    histograms: [{ name: text, edges: [0, 1], counts: [1] }],
    artifacts: [],
    seconds: 1,
    finalStep: 1,
  });
  expect(await runById(server.db, run.runId)).toMatchObject({ status: 'finished' });
  expect(await figuresOf(server.db, run.runId)).toEqual({ [shown]: 1 });
  expect(await histogramsOf(server.db, run.runId)).toMatchObject([{ name: shown }]);
  const again = { runId: run.runId, provenance: { argv: [text] }, totalSteps: 1, startedAt: new Date() };
  const result = { figures: {}, histograms: [], artifacts: [], seconds: 1, finalStep: 1 };
  await replaceResult(server.db, { ...again, ...result, curves: {} });
  expect(await runById(server.db, run.runId)).toMatchObject({ provenance: { argv: [shown] } });

  const stored = await upsertSweep(server.db, {
    ...sweep,
    definitionHash: text.length.toString(),
    source: text,
  });
  expect(stored.source).toBe(shown);
});
