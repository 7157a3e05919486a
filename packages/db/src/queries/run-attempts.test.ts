import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAttempts } from '../schema/index.ts';
import { newRun, newSweep, startedRun } from '../testing/sample-rows.ts';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { openClaims, type Claims } from './claims.ts';
import { enqueueRuns } from './enqueue-runs.ts';
import { pendingRunsOf, requeueRuns, settleSweep } from './queued-sweeps.ts';
import { replaceResult } from './replace-result.ts';
import { saveResult } from './results.ts';
import { attemptsOfRun, secondsSinceAttempt } from './run-attempts.ts';
import { divergeRun, failRun, interruptRun, startRun } from './run-lifecycle.ts';
import { runById } from './runs.ts';
import { setSweepStatus, sweepById } from './sweeps.ts';

const server = useTestDatabase();
let claims: Claims;
beforeAll(async () => {
  claims = await openClaims(server.database);
});
afterAll(() => claims.close());

const error = { code: 'files.disk-full', message: 'the disk is full', details: { problem: 'full' } };
const result = { figures: {}, histograms: [], artifacts: [], seconds: 1, finalStep: 1 };

test('keeps the reason of every attempt, and takes one that never ended for lost', async () => {
  const { db } = server;
  const first = await startedRun(db, claims);
  const { runId } = first;
  await interruptRun(db, first, { reason: 'disk', error });
  await startRun(db, runId, { provenance: { hostname: 'node7' } });
  const third = { runId, attempt: (await startRun(db, runId, { provenance: {} }))! };
  await interruptRun(db, third, { reason: 'preempted' });
  const fourth = { runId, attempt: (await startRun(db, runId, { provenance: {} }))! };
  await divergeRun(db, { ...fourth, step: 3, error });
  const fifth = { runId, attempt: (await startRun(db, runId, { provenance: {} }))! };
  await failRun(db, { ...fifth, error });
  const sixth = { runId, attempt: (await startRun(db, runId, { provenance: {} }))! };
  await saveResult(db, { ...sixth, ...result });
  await replaceResult(db, {
    runId,
    provenance: {},
    totalSteps: 1,
    startedAt: new Date(),
    curves: {},
    ...result,
  });
  const attempts = await attemptsOfRun(db, runId);
  expect(attempts.map(({ attempt, reason }) => [attempt, reason])).toEqual([
    [1, 'disk'],
    [2, 'lost'],
    [3, 'preempted'],
    [4, 'diverged'],
    [5, 'failed'],
    [6, 'finished'],
    [7, 'finished'],
  ]);
  expect(attempts[0]).toMatchObject({ error, endedAt: expect.any(Date) });
  expect(attempts[1]).toMatchObject({ hostname: 'node7', error: null, endedAt: expect.any(Date) });
});

test('tells how long ago the last attempt ended', async () => {
  const { db } = server;
  const first = await startedRun(db, claims);
  expect(await secondsSinceAttempt(db, first.runId)).toBeUndefined();
  await interruptRun(db, first, { reason: 'disk', error });
  const hour = sql`now() - interval '1 hour'`;
  await db.update(runAttempts).set({ endedAt: hour }).where(eq(runAttempts.runId, first.runId));
  expect(await secondsSinceAttempt(db, first.runId)).toBeCloseTo(3600, -2);
  const second = { ...first, attempt: (await startRun(db, first.runId, { provenance: {} }))! };
  await interruptRun(db, second, { reason: 'disk', error });
  expect(await secondsSinceAttempt(db, first.runId)).toBeLessThan(3600);
  const ahead = sql`now() + interval '1 hour'`;
  await db.update(runAttempts).set({ endedAt: ahead }).where(eq(runAttempts.runId, first.runId));
  expect(await secondsSinceAttempt(db, first.runId)).toBeUndefined();
});

test('ends a sweep in the queue once no run is pending, and only then', async () => {
  const { db } = server;
  const sweepId = await newSweep(db);
  await setSweepStatus(db, sweepId, 'queued');
  const [one, other] = await enqueueRuns(db, sweepId, [newRun(), newRun()]);
  const start = async (runId: number) => ({
    runId,
    attempt: (await startRun(db, runId, { provenance: {} }))!,
  });
  await saveResult(db, { ...(await start(one!.id)), ...result });
  await settleSweep(db, sweepId);
  expect([await pendingRunsOf(db, sweepId), (await sweepById(db, sweepId))?.status]).toEqual([1, 'queued']);
  await claims.joinSweep(sweepId);
  expect((await sweepById(db, sweepId))?.status).toBe('running');

  await failRun(db, { ...(await start(other!.id)), error });
  await settleSweep(db, sweepId);
  expect([await pendingRunsOf(db, sweepId), (await sweepById(db, sweepId))?.status]).toEqual([0, 'failed']);

  await setSweepStatus(db, sweepId, 'queued');
  await requeueRuns(db, [one!.id, other!.id]);
  expect((await runById(db, one!.id))?.status).toBe('finished');
  expect(await runById(db, other!.id)).toMatchObject({ status: 'queued', error: null });
  await saveResult(db, { ...(await start(other!.id)), ...result });
  await settleSweep(db, sweepId);
  expect((await sweepById(db, sweepId))?.status).toBe('finished');
});

test('leaves the end of a sweep that a command runs to the command', async () => {
  const sweepId = await newSweep(server.db);
  await settleSweep(server.db, sweepId);
  await claims.joinSweep(sweepId);
  expect((await sweepById(server.db, sweepId))?.status).toBe('running');
});
