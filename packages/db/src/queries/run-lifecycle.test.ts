import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { newRun, newSweep, startedRun } from '../testing/sample-rows.ts';
import { openClaims, type Claims } from './claims.ts';
import { enqueueRuns } from './enqueue-runs.ts';
import { artifactsOf, histogramsOf, saveResult } from './results.ts';
import type { Attempt } from './fence.ts';
import { appendCurves, clearCurves, curvesOf } from './curves.ts';
import { replaceResult } from './replace-result.ts';
import { storedFiles } from './stored-files.ts';
import { divergeRun, failRun, interruptRun, recordProgress, startRun } from './run-lifecycle.ts';
import { runById, runsOfSweep } from './runs.ts';

const server = useTestDatabase();
let claims: Claims;
beforeAll(async () => {
  claims = await openClaims(server.database);
});
afterAll(async () => {
  await claims.close();
});

const error = { code: 'train.non-finite', message: 'the loss is NaN', details: { problem: 'NaN' } };
const result = {
  figures: { l0: 31.5, explained_variance: Number.NaN },
  histograms: [{ name: 'l0', edges: [0, 0.5, Infinity], counts: [3, 2 ** 40] }],
  artifacts: [{ kind: 'sae', path: 'runs/1/sae', bytes: 2 ** 33, sha256: 'ff' }],
  seconds: 12.5,
  finalStep: 100,
};

test('counts the attempt at each start and records its provenance', async () => {
  const [run] = await enqueueRuns(server.db, await newSweep(server.db), [newRun()]);
  await claims.claim(run!.id);
  expect(await startRun(server.db, run!.id, { provenance: { commit: 'a' }, totalSteps: 7 })).toBe(1);
  expect(await startRun(server.db, run!.id, { provenance: { commit: 'b' } })).toBe(2);
  expect(await runById(server.db, run!.id)).toMatchObject({
    status: 'running',
    attempt: 2,
    totalSteps: 7,
    provenance: { commit: 'b' },
    startedAt: expect.any(Date),
  });
});

test('refuses to start an unknown run', async () => {
  await expect(startRun(server.db, 1_000_000, { provenance: {} })).rejects.toMatchObject({
    code: 'db.no-such-run',
  });
});

test('stores the complete result of a finished run and does not start it again', async () => {
  const sweepId = await newSweep(server.db);
  const [run] = await enqueueRuns(server.db, sweepId, [newRun()]);
  const attempt = await startRun(server.db, run!.id, { provenance: {} });
  await saveResult(server.db, { runId: run!.id, attempt: attempt!, ...result });
  expect(await runsOfSweep(server.db, sweepId)).toMatchObject([
    {
      status: 'finished',
      step: 100,
      seconds: 12.5,
      figures: result.figures,
      finishedAt: expect.any(Date),
    },
  ]);
  expect(await histogramsOf(server.db, run!.id)).toEqual([{ ...result.histograms[0], runId: run!.id }]);
  expect(await artifactsOf(server.db, run!.id)).toEqual([{ ...result.artifacts[0], runId: run!.id }]);
  expect(await startRun(server.db, run!.id, { provenance: {} })).toBeNull();
});

test('stores a result completely or not at all, in which case the run stays running', async () => {
  const run = await startedRun(server.db, claims);
  const twice = [...result.artifacts, ...result.artifacts];
  await expect(saveResult(server.db, { ...run, ...result, artifacts: twice })).rejects.toMatchObject({
    code: 'db.refused',
    message: expect.stringContaining('duplicate key') as string,
  });
  expect(await runById(server.db, run.runId)).toMatchObject({ status: 'running' });
  expect(await histogramsOf(server.db, run.runId)).toEqual([]);
});

test.each([
  ['failed', (run: Attempt) => failRun(server.db, { ...run, error }), { error, divergedAtStep: null }],
  [
    'diverged',
    (run: Attempt) => divergeRun(server.db, { ...run, step: 42, error }),
    { error, divergedAtStep: 42, step: 42 },
  ],
  ['interrupted', (run: Attempt) => interruptRun(server.db, run), { error: null }],
] as const)('a run that %s keeps the reason, and a new start clears it', async (status, end, kept) => {
  const run = await startedRun(server.db, claims);
  await end(run);
  expect(await runById(server.db, run.runId)).toMatchObject({
    status,
    ...kept,
    finishedAt: expect.any(Date),
  });
  expect(await startRun(server.db, run.runId, { provenance: {} })).toBe(2);
  const cleared = { status: 'running', error: null, divergedAtStep: null, finishedAt: null };
  expect(await runById(server.db, run.runId)).toMatchObject(cleared);
});

const point = { loss: { steps: [50], values: [1] } };
const writes: [string, (run: Attempt) => Promise<void>][] = [
  ['recordProgress', (run) => recordProgress(server.db, { ...run, step: 50 })],
  ['appendCurves', (run) => appendCurves(server.db, { ...run, curves: point })],
  ['clearCurves', (run) => clearCurves(server.db, run)],
  ['saveResult', (run) => saveResult(server.db, { ...run, ...result })],
  ['failRun', (run) => failRun(server.db, { ...run, error })],
  ['divergeRun', (run) => divergeRun(server.db, { ...run, step: 50, error })],
  ['interruptRun', (run) => interruptRun(server.db, run)],
];

test.each(writes)('%s from a superseded attempt, or after the end, changes nothing', async (_, write) => {
  const first = await startedRun(server.db, claims);
  const curves = { loss: { steps: [0, 1], values: [3, 2] } };
  await appendCurves(server.db, { ...first, curves });
  const everything = async () => [
    await runById(server.db, first.runId),
    await curvesOf(server.db, first.runId),
    await histogramsOf(server.db, first.runId),
  ];

  const attempt = await startRun(server.db, first.runId, { provenance: { commit: 'second' } });
  const before = await everything();
  await expect(write(first)).rejects.toMatchObject({
    code: 'db.stale-attempt',
    message: expect.stringContaining('attempt 2 is running'),
  });
  expect(await everything()).toEqual(before);

  const second = { runId: first.runId, attempt: attempt! };
  await interruptRun(server.db, second);
  const ended = await everything();
  await expect(write(second)).rejects.toMatchObject({ code: 'db.stale-attempt' });
  expect(await everything()).toEqual(ended);
});

test.each(writes)('%s from the latest attempt succeeds', async (_, write) => {
  await expect(write(await startedRun(server.db, claims))).resolves.toBeUndefined();
});

test('gives workers that start one run at the same time different attempt numbers', async () => {
  const run = newRun();
  const [enqueued] = await enqueueRuns(server.db, await newSweep(server.db), [run]);
  const { id } = enqueued!;
  const attempts = await Promise.all(
    Array.from({ length: 8 }, () => startRun(server.db, id, { provenance: {} })),
  );
  expect(new Set(attempts)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
});

test('accepts process output with characters that jsonb cannot store', async () => {
  const attempt = await startedRun(server.db, claims);
  await failRun(server.db, { ...attempt, error: { ...error, message: 'bytes \0 and a "quote" \\u0000' } });
  const run = await runById(server.db, attempt.runId);
  expect(run?.status).toBe('failed');
  expect(run?.error?.message).toContain('bytes \ufffd and a "quote"');
});

const again = {
  provenance: { hostname: 'second', dataDir: '/second' },
  totalSteps: 100,
  startedAt: new Date(0),
  curves: { loss: { steps: [0, 1], values: [9, 8] } },
  figures: { l0: 7 },
  histograms: [],
  artifacts: [{ kind: 'sae', path: 'runs/1/sae', bytes: 5, sha256: 'aa' }],
  seconds: 1,
  finalStep: 2,
};

test('keeps the result of a finished run until another replaces it', async () => {
  const sweepId = await newSweep(server.db);
  const [queued] = await enqueueRuns(server.db, sweepId, [newRun()]);
  const runId = queued!.id;
  const provenance = { hostname: 'first', dataDir: '/first' };
  const first = { runId, attempt: (await startRun(server.db, runId, { provenance }))! };
  await appendCurves(server.db, { ...first, curves: { loss: { steps: [0], values: [3] }, old: point.loss } });
  await saveResult(server.db, { ...first, ...result });
  const everything = async () => [
    await runsOfSweep(server.db, sweepId),
    await storedFiles(server.db, [queued!.runHash]),
    await histogramsOf(server.db, runId),
    await curvesOf(server.db, runId),
  ];
  const before = await everything();
  expect(before[1]).toEqual([{ runHash: queued!.runHash, ...provenance, artifacts: result.artifacts }]);

  const twice = [...again.artifacts, ...again.artifacts];
  await expect(replaceResult(server.db, { runId, ...again, artifacts: twice })).rejects.toMatchObject({
    code: 'db.refused',
    message: expect.stringContaining('duplicate key') as string,
  });
  expect(await everything()).toEqual(before);

  await replaceResult(server.db, { runId, ...again });
  expect(await everything()).toEqual([
    [expect.objectContaining({ status: 'finished', attempt: 2, step: 2, figures: { l0: 7 } })],
    [{ runHash: queued!.runHash, ...again.provenance, artifacts: again.artifacts }],
    [],
    new Map([['loss', again.curves.loss]]),
  ]);
});

test('refuses to replace the result of an unfinished run', async () => {
  const { runId } = await startedRun(server.db, claims);
  await expect(replaceResult(server.db, { runId, ...again })).rejects.toMatchObject({
    code: 'db.not-finished',
  });
  expect(await runById(server.db, runId)).toMatchObject({ status: 'running', attempt: 1 });
  expect(await storedFiles(server.db, [(await runById(server.db, runId))!.runHash])).toEqual([]);
});
