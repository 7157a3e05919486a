import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db } from '../connection/connect.ts';
import { openTestDatabase, type TestDatabase } from '../testing/open-test-database.ts';
import { newRun, newSweep, startedRun } from '../testing/sample-rows.ts';
import { openClaims, type Claims } from './claims.ts';
import { enqueueRuns } from './enqueue-runs.ts';
import { artifactsOf, histogramsOf, saveEvaluation } from './results.ts';
import type { Attempt } from './fence.ts';
import { appendMetrics, metricSeries, rewindMetrics } from './curves.ts';
import { replaceResult } from './replace-result.ts';
import { storedFiles } from './stored-files.ts';
import { divergeRun, failRun, interruptRun, recordProgress, startRun } from './run-lifecycle.ts';
import { runByHash, runById, runsOfSweep } from './runs.ts';

let server: TestDatabase;
let db: Db;
let claims: Claims;
beforeAll(async () => {
  server = await openTestDatabase();
  ({ db } = server.database);
  claims = await openClaims(server.database);
});
afterAll(async () => {
  await claims.close();
  await server.stop();
});

const error = { code: 'train.non-finite', message: 'the loss is NaN', details: { problem: 'NaN' } };
const result = {
  metrics: { l0: 31.5, explained_variance: Number.NaN },
  histograms: [{ name: 'l0', edges: [0, 0.5, Infinity], counts: [3, 2 ** 40] }],
  artifacts: [{ kind: 'sae', path: 'runs/1/sae', bytes: 2 ** 33, sha256: 'ff' }],
  seconds: 12.5,
  finalStep: 100,
};

test('a start records what the attempt ran with and counts it', async () => {
  const [run] = await enqueueRuns(db, await newSweep(db), [newRun()]);
  await claims.claim(run!.id);
  expect(await startRun(db, run!.id, { provenance: { commit: 'a' }, totalSteps: 7 })).toBe(1);
  expect(await startRun(db, run!.id, { provenance: { commit: 'b' } })).toBe(2);
  expect(await runById(db, run!.id)).toMatchObject({
    status: 'running',
    attempt: 2,
    totalSteps: 7,
    provenance: { commit: 'b' },
    startedAt: expect.any(Date),
  });
});

test('an unknown run cannot be started', async () => {
  await expect(startRun(db, 1_000_000, { provenance: {} })).rejects.toMatchObject({ code: 'db.no-such-run' });
});

test('a finished run has its whole result and is not started again', async () => {
  const sweepId = await newSweep(db);
  const [run] = await enqueueRuns(db, sweepId, [newRun()]);
  const attempt = await startRun(db, run!.id, { provenance: {} });
  await saveEvaluation(db, { runId: run!.id, attempt: attempt!, ...result });
  expect(await runsOfSweep(db, sweepId)).toMatchObject([
    {
      status: 'finished',
      step: 100,
      seconds: 12.5,
      evaluation: result.metrics,
      finishedAt: expect.any(Date),
    },
  ]);
  expect(await histogramsOf(db, run!.id)).toEqual([{ ...result.histograms[0], runId: run!.id }]);
  expect(await artifactsOf(db, run!.id)).toEqual([{ ...result.artifacts[0], runId: run!.id }]);
  expect(await startRun(db, run!.id, { provenance: {} })).toBeNull();
});

test('a result that cannot be stored whole is not stored, and the run goes on running', async () => {
  const run = await startedRun(db, claims);
  const twice = [...result.artifacts, ...result.artifacts];
  await expect(saveEvaluation(db, { ...run, ...result, artifacts: twice })).rejects.toMatchObject({
    code: 'db.refused',
    message: expect.stringContaining('duplicate key') as string,
  });
  expect(await runById(db, run.runId)).toMatchObject({ status: 'running' });
  expect(await histogramsOf(db, run.runId)).toEqual([]);
});

test.each([
  ['failed', (run: Attempt) => failRun(db, { ...run, error }), { error, divergedAtStep: null }],
  [
    'diverged',
    (run: Attempt) => divergeRun(db, { ...run, step: 42, error }),
    { error, divergedAtStep: 42, step: 42 },
  ],
  ['interrupted', (run: Attempt) => interruptRun(db, run), { error: null }],
] as const)('a run that %s keeps why, and a new start clears it', async (status, end, kept) => {
  const run = await startedRun(db, claims);
  await end(run);
  expect(await runById(db, run.runId)).toMatchObject({ status, ...kept, finishedAt: expect.any(Date) });
  expect(await startRun(db, run.runId, { provenance: {} })).toBe(2);
  const cleared = { status: 'running', error: null, divergedAtStep: null, finishedAt: null };
  expect(await runById(db, run.runId)).toMatchObject(cleared);
});

const point = { loss: { steps: [50], values: [1] } };
const writes: [string, (run: Attempt) => Promise<void>][] = [
  ['recordProgress', (run) => recordProgress(db, { ...run, step: 50 })],
  ['appendMetrics', (run) => appendMetrics(db, { ...run, series: point })],
  ['rewindMetrics', (run) => rewindMetrics(db, { ...run, step: -1 })],
  ['saveEvaluation', (run) => saveEvaluation(db, { ...run, ...result })],
  ['failRun', (run) => failRun(db, { ...run, error })],
  ['divergeRun', (run) => divergeRun(db, { ...run, step: 50, error })],
  ['interruptRun', (run) => interruptRun(db, run)],
];

test.each(writes)('%s of a superseded attempt, or after the end, changes nothing', async (_, write) => {
  const first = await startedRun(db, claims);
  const series = { loss: { steps: [0, 1], values: [3, 2] } };
  await appendMetrics(db, { ...first, series });
  const everything = async () => [
    await runById(db, first.runId),
    await metricSeries(db, { runIds: [first.runId], metric: 'loss' }),
    await histogramsOf(db, first.runId),
  ];

  const attempt = await startRun(db, first.runId, { provenance: { commit: 'second' } });
  const before = await everything();
  await expect(write(first)).rejects.toMatchObject({
    code: 'db.stale-attempt',
    message: expect.stringContaining('attempt 2 is running'),
  });
  expect(await everything()).toEqual(before);

  const second = { runId: first.runId, attempt: attempt! };
  await interruptRun(db, second);
  const ended = await everything();
  await expect(write(second)).rejects.toMatchObject({ code: 'db.stale-attempt' });
  expect(await everything()).toEqual(ended);
});

test.each(writes)('%s of the newest attempt goes through', async (_, write) => {
  await expect(write(await startedRun(db, claims))).resolves.toBeUndefined();
});

test('of workers that start one run at the same time each has a number of its own', async () => {
  const run = newRun();
  await enqueueRuns(db, await newSweep(db), [run]);
  const { id } = (await runByHash(db, run.hash))!;
  const attempts = await Promise.all(Array.from({ length: 8 }, () => startRun(db, id, { provenance: {} })));
  expect(new Set(attempts)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
});

test('the last words of a process may hold what jsonb cannot', async () => {
  const attempt = await startedRun(db, claims);
  await failRun(db, { ...attempt, error: { ...error, message: 'bytes \0 and a "quote" \\u0000' } });
  const run = await runById(db, attempt.runId);
  expect(run?.status).toBe('failed');
  expect(run?.error?.message).toContain('bytes \ufffd and a "quote"');
});

const again = {
  provenance: { hostname: 'second', dataDir: '/second' },
  totalSteps: 100,
  startedAt: new Date(0),
  series: { loss: { steps: [0, 1], values: [9, 8] } },
  metrics: { l0: 7 },
  histograms: [],
  artifacts: [{ kind: 'sae', path: 'runs/1/sae', bytes: 5, sha256: 'aa' }],
  seconds: 1,
  finalStep: 2,
};

test('a finished run keeps its whole result until another one takes its place', async () => {
  const sweepId = await newSweep(db);
  const [queued] = await enqueueRuns(db, sweepId, [newRun()]);
  const runId = queued!.id;
  const provenance = { hostname: 'first', dataDir: '/first' };
  const first = { runId, attempt: (await startRun(db, runId, { provenance }))! };
  await appendMetrics(db, { ...first, series: { loss: { steps: [0], values: [3] }, old: point.loss } });
  await saveEvaluation(db, { ...first, ...result });
  const everything = async () => [
    await runsOfSweep(db, sweepId),
    await storedFiles(db, [queued!.hash]),
    await histogramsOf(db, runId),
    await metricSeries(db, { runIds: [runId], metric: 'loss' }),
    await metricSeries(db, { runIds: [runId], metric: 'old' }),
  ];
  const before = await everything();
  expect(before[1]).toEqual([{ hash: queued!.hash, ...provenance, artifacts: result.artifacts }]);

  const twice = [...again.artifacts, ...again.artifacts];
  await expect(replaceResult(db, { runId, ...again, artifacts: twice })).rejects.toMatchObject({
    code: 'db.refused',
    message: expect.stringContaining('duplicate key') as string,
  });
  expect(await everything()).toEqual(before);

  await replaceResult(db, { runId, ...again });
  expect(await everything()).toEqual([
    [expect.objectContaining({ status: 'finished', attempt: 2, step: 2, evaluation: { l0: 7 } })],
    [{ hash: queued!.hash, ...again.provenance, artifacts: again.artifacts }],
    [],
    new Map([[runId, again.series.loss]]),
    new Map(),
  ]);
});

test('a run that is not finished has no result to replace', async () => {
  const { runId } = await startedRun(db, claims);
  await expect(replaceResult(db, { runId, ...again })).rejects.toMatchObject({ code: 'db.not-finished' });
  expect(await runById(db, runId)).toMatchObject({ status: 'running', attempt: 1 });
  expect(await storedFiles(db, [(await runById(db, runId))!.hash])).toEqual([]);
});
