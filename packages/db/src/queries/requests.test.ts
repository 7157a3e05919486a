import { expect, onTestFinished, test } from 'vitest';
import { newRun, newSweep, startedRun } from '../testing/sample-rows.ts';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { sweepVersion } from './changes.ts';
import { openClaims, type Claims } from './claims.ts';
import { enqueueRuns } from './enqueue-runs.ts';
import { settleSweep } from './queued-sweeps.ts';
import {
  cancelRuns,
  cancelSweep,
  endCancelledRun,
  hashesOfRequeuedRuns,
  pendingRequests,
  requeuedRuns,
  retryRuns,
} from './requests.ts';
import { attemptsOfRun } from './run-attempts.ts';
import { divergeRun, failRun, interruptRun, startRun } from './run-lifecycle.ts';
import { saveResult } from './results.ts';
import { runById } from './runs.ts';
import { setSweepStatus, sweepById, sweepsOfRun } from './sweeps.ts';

const server = useTestDatabase();

async function claims(): Promise<Claims> {
  const opened = await openClaims(server.database);
  onTestFinished(() => opened.close());
  return opened;
}

async function queued(queue?: string): Promise<{ sweepId: number; runId: number }> {
  const sweepId = await newSweep(server.db, queue);
  const [run] = await enqueueRuns(server.db, sweepId, [newRun()]);
  return { sweepId, runId: run!.id };
}

const status = async (runId: number) => (await runById(server.db, runId))!.status;
const error = { code: 'run.failed', message: 'it broke' };
const result = { figures: {}, histograms: [], artifacts: [], seconds: 1, finalStep: 100 };

test('a run that waits is cancelled at once; the page of its sweep changes', async () => {
  const { db } = server;
  const { sweepId, runId } = await queued();
  const version = await sweepVersion(db, sweepId);
  expect(await cancelRuns(db, [runId])).toEqual({ cancelled: 1, asked: 0 });
  expect(await status(runId)).toBe('cancelled');
  expect(await sweepVersion(db, sweepId)).not.toBe(version);
  expect(await cancelRuns(db, [runId])).toEqual({ cancelled: 0, asked: 0 });
});

test('a run that trains is asked to stop, and ends as cancelled with its checkpoint', async () => {
  const { db } = server;
  const attempt = await startedRun(db, await claims());
  expect(await cancelRuns(db, [attempt.runId])).toEqual({ cancelled: 0, asked: 1 });
  expect(await status(attempt.runId)).toBe('running');
  const [sweep] = await sweepsOfRun(db, attempt.runId);
  expect(await pendingRequests(db, [sweep!.id], [attempt.runId])).toEqual({
    cancelSweeps: [],
    cancelRuns: [attempt.runId],
  });
  expect(await pendingRequests(db, [sweep!.id], [])).toEqual({ cancelSweeps: [], cancelRuns: [] });
  await interruptRun(db, attempt);
  expect(await status(attempt.runId)).toBe('cancelled');
});

test('a run whose process died after it was asked to stop is cancelled', async () => {
  const { db } = server;
  const owner = await openClaims(server.database);
  const attempt = await startedRun(db, owner);
  await cancelRuns(db, [attempt.runId]);
  await owner.close();
  expect(await status(attempt.runId)).toBe('cancelled');
});

test.each([
  [
    'finished',
    (db: typeof server.db, attempt: Awaited<ReturnType<typeof startedRun>>) =>
      saveResult(db, { ...attempt, ...result }),
  ],
  [
    'failed',
    (db: typeof server.db, attempt: Awaited<ReturnType<typeof startedRun>>) =>
      failRun(db, { ...attempt, error }),
  ],
  [
    'diverged',
    (db: typeof server.db, attempt: Awaited<ReturnType<typeof startedRun>>) =>
      divergeRun(db, { ...attempt, step: 3, error }),
  ],
] as const)(
  'a run that %s before it could stop is not cancelled, now or when it is started again',
  async (end, finish) => {
    const { db } = server;
    const attempt = await startedRun(db, await claims());
    await cancelRuns(db, [attempt.runId]);
    await finish(db, attempt);
    expect(await runById(db, attempt.runId)).toMatchObject({ status: end, cancelRequestedAt: null });
  },
);

test('a run that is cancelled between its claim and its start is still asked to stop', async () => {
  const { db } = server;
  const { sweepId, runId } = await queued();
  await (await claims()).claim(runId);
  await cancelRuns(db, [runId]);
  const attempt = (await startRun(db, runId, { provenance: {} }))!;
  expect((await pendingRequests(db, [sweepId], [runId])).cancelRuns).toEqual([runId]);
  await interruptRun(db, { runId, attempt });
  expect(await status(runId)).toBe('cancelled');
});

test('retry puts back what failed, diverged or was cancelled, and nothing else', async () => {
  const { db } = server;
  const owner = await claims();
  const [failed, diverged, cancelled, running, finished] = await Promise.all(
    Array.from({ length: 5 }, () => startedRun(db, owner)),
  );
  await failRun(db, { ...failed!, error });
  await divergeRun(db, { ...diverged!, step: 3, error });
  await cancelRuns(db, [cancelled!.runId]);
  await interruptRun(db, cancelled!);
  await saveResult(db, { ...finished!, ...result });
  const ids = [failed!, diverged!, cancelled!, running!, finished!].map(({ runId }) => runId);
  expect(await requeuedRuns(db, ids)).toEqual([]);
  expect(await retryRuns(db, ids)).toBe(3);
  expect(await Promise.all(ids.map(status))).toEqual(['queued', 'queued', 'queued', 'running', 'finished']);
  expect((await requeuedRuns(db, ids)).toSorted((a, b) => a - b)).toEqual(
    ids.slice(0, 3).toSorted((a, b) => a - b),
  );
  expect(await runById(db, ids[1]!)).toMatchObject({
    error: null,
    divergedAtStep: null,
    cancelRequestedAt: null,
  });

  // Once started, it is not handed out again.
  await startRun(db, ids[0]!, { provenance: {} });
  expect(await requeuedRuns(db, ids.slice(0, 1))).toEqual([]);
});

test('a sweep is cancelled with its unfinished runs; one that runs is asked to stop', async () => {
  const { db } = server;
  const owner = await claims();
  const { sweepId, runId } = await queued();
  await owner.joinSweep(sweepId);
  expect(await cancelSweep(db, sweepId)).toEqual({ cancelled: 1, asked: 0 });
  expect(await status(runId)).toBe('cancelled');
  expect((await sweepById(db, sweepId))!.status).toBe('running');
  expect((await pendingRequests(db, [sweepId], [])).cancelSweeps).toEqual([sweepId]);

  const idle = await queued();
  await setSweepStatus(db, idle.sweepId, 'failed');
  await cancelSweep(db, idle.sweepId);
  expect((await sweepById(db, idle.sweepId))!.status).toBe('cancelled');
});

test('a run whose process died after it was asked to stop is over for the next one that claims it', async () => {
  const { db } = server;
  const [owner, next] = [await openClaims(server.database), await claims()];
  const attempt = await startedRun(db, owner);
  expect(await endCancelledRun(db, attempt.runId)).toBe(false);
  await cancelRuns(db, [attempt.runId]);
  await owner.close();
  await next.claim(attempt.runId);
  expect(await endCancelledRun(db, attempt.runId)).toBe(true);
  expect(await status(attempt.runId)).toBe('cancelled');
});

test('the attempt of a run that was cancelled says so, unless it ended for another cause', async () => {
  const { db } = server;
  const owner = await claims();
  for (const [end, reason] of [
    [{ reason: 'preempted' }, 'cancelled'],
    [undefined, 'cancelled'],
    [{ reason: 'disk' }, 'disk'],
  ] as const) {
    const attempt = await startedRun(db, owner);
    await cancelRuns(db, [attempt.runId]);
    await interruptRun(db, attempt, end);
    expect(await attemptsOfRun(db, attempt.runId)).toMatchObject([{ reason }]);
  }
});

test('a sweep that workers train is in the queue again when a run of it is retried', async () => {
  const { db } = server;
  const owner = await claims();
  const { sweepId, runId } = await queued('train.cpu');
  expect((await sweepById(db, sweepId))!.status).toBe('queued');
  await owner.joinSweep(sweepId);
  await owner.claim(runId);
  const attempt = { runId, attempt: (await startRun(db, runId, { provenance: {} }))! };
  // It continues until the worker has stopped the run.
  expect(await cancelSweep(db, sweepId)).toEqual({ cancelled: 0, asked: 1 });
  await settleSweep(db, sweepId);
  expect((await sweepById(db, sweepId))!.status).toBe('running');
  await interruptRun(db, attempt);
  await settleSweep(db, sweepId);
  expect((await sweepById(db, sweepId))!.status).toBe('cancelled');

  const local = await queued();
  await failRun(db, {
    runId: local.runId,
    attempt: (await startRun(db, local.runId, { provenance: {} }))!,
    error,
  });
  await setSweepStatus(db, local.sweepId, 'failed');
  expect(await retryRuns(db, [runId, local.runId])).toBe(2);
  expect((await sweepById(db, local.sweepId))!.status).toBe('failed');
  await owner.close();
  expect(await sweepById(db, sweepId)).toMatchObject({ status: 'queued', cancelRequestedAt: null });
  expect((await hashesOfRequeuedRuns(db)).length).toBeGreaterThanOrEqual(2);

  // One that only waits is cancelled at once, even if a worker that lives has trained a run of it.
  await (await claims()).joinSweep(sweepId);
  expect(await cancelSweep(db, sweepId)).toEqual({ cancelled: 1, asked: 0 });
  expect((await sweepById(db, sweepId))!.status).toBe('cancelled');
});

test('a sweep whose runs have all ended keeps its status', async () => {
  const { db } = server;
  const sweepId = await newSweep(db);
  await setSweepStatus(db, sweepId, 'finished');
  expect(await cancelSweep(db, sweepId)).toEqual({ cancelled: 0, asked: 0 });
  expect(await sweepById(db, sweepId)).toMatchObject({ status: 'finished', cancelRequestedAt: null });
});
