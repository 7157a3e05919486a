import {
  cancelRuns,
  enqueueRuns,
  openClaims,
  retryRuns,
  saveResult,
  startRun,
  upsertSweep,
} from '@sae-lab/db';
import { openTestDatabase, type TestDatabase } from '@sae-lab/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runQueue, type QueuedRun } from './run-queue.ts';

let test: TestDatabase;

beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.stop());

async function newRuns(...hashes: string[]): Promise<QueuedRun[]> {
  const { db } = test.database;
  const sweep = { name: 's', definitionHash: hashes.join(), definition: {}, file: 'f', source: '' };
  const common = { variant: 'v', mathVersion: 1, hyper: {}, hook: 'h', width: 8, seed: 0 };
  const enqueued = await enqueueRuns(
    db,
    (await upsertSweep(db, sweep)).id,
    hashes.map((runHash) => ({ ...common, runHash, activationsId: 'a', config: {}, lossConvention: '' })),
  );
  return enqueued.map(({ id, runHash }) => ({ runId: id, runHash }) as QueuedRun);
}

async function finish(run: QueuedRun): Promise<void> {
  const { db } = test.database;
  const attempt = (await startRun(db, run.runId, { provenance: {} }))!;
  const nothing = { figures: {}, histograms: [], artifacts: [], seconds: 0, finalStep: 0 };
  await saveResult(db, { runId: run.runId, attempt, ...nothing });
}

describe('runQueue', () => {
  it('gives each run to one of two processes', async () => {
    const runs = await newRuns('a', 'b', 'c');
    const { db } = test.database;
    const { signal } = new AbortController();
    const [mine, theirs] = [await openClaims(test.database), await openClaims(test.database)];
    const queues = [mine, theirs].map((claims) => runQueue(runs, { db, claims, signal }, () => {}));
    const taken = [await queues[0]!.take(), await queues[1]!.take(), await queues[0]!.take()];
    expect(new Set(taken.map((run) => run?.runHash))).toEqual(new Set(['a', 'b', 'c']));
    await mine.close();
    await theirs.close();
  });

  it('waits for a run that another process trains, and uses its result', async () => {
    const [run] = await newRuns('finishes');
    const { db } = test.database;
    const [mine, theirs] = [await openClaims(test.database), await openClaims(test.database)];
    expect(await theirs.claim(run!.runId)).toBe(true);
    const finished: string[] = [];
    const queue = runQueue(
      [run!],
      { db, claims: mine, signal: new AbortController().signal },
      ({ runHash }) => finished.push(runHash),
    );
    const taking = queue.take();
    await finish(run!);
    await theirs.release(run!.runId);
    expect(await taking).toBeUndefined();
    expect(finished).toEqual(['finishes']);
    await mine.close();
    await theirs.close();
  });

  it('takes over a run whose process has died', async () => {
    const [run] = await newRuns('orphaned');
    const { db } = test.database;
    const [mine, theirs] = [await openClaims(test.database), await openClaims(test.database)];
    await theirs.claim(run!.runId);
    await startRun(db, run!.runId, { provenance: {} });
    const queue = runQueue([run!], { db, claims: mine, signal: new AbortController().signal }, () => {});
    const taking = queue.take();
    await theirs.close();
    expect((await taking)?.runHash).toBe('orphaned');
    await mine.close();
  });

  it('returns nothing after it is stopped, even while it waits', async () => {
    const [run] = await newRuns('stopped');
    const { db } = test.database;
    const [mine, theirs] = [await openClaims(test.database), await openClaims(test.database)];
    await theirs.claim(run!.runId);
    const stop = new AbortController();
    const taking = runQueue([run!], { db, claims: mine, signal: stop.signal }, () => {}).take();
    stop.abort();
    expect(await taking).toBeUndefined();
    await mine.close();
    await theirs.close();
  });
});

describe('runs that readers change', () => {
  const { signal } = new AbortController();

  it('skips a run that was cancelled before its turn', async () => {
    const runs = await newRuns('goes', 'cancelled');
    const { db } = test.database;
    const claims = await openClaims(test.database);
    await cancelRuns(db, [runs[1]!.runId]);
    const done: [string, string][] = [];
    const isDone = (_: QueuedRun, status: string): boolean => status === 'cancelled';
    const queue = runQueue(runs, { db, claims, signal, isDone }, ({ runHash }, status) =>
      done.push([runHash, status]),
    );
    expect((await queue.take())?.runHash).toBe('goes');
    expect(await queue.take()).toBeUndefined();
    expect(done).toEqual([['cancelled', 'cancelled']]);
    await claims.close();
  });

  it('takes runs that are put back, its own and others, each once', async () => {
    const [own, other, idle] = await newRuns('own', 'other', 'idle');
    const { db } = test.database;
    const claims = await openClaims(test.database);
    const requeued: string[] = [];
    const queue = runQueue(
      [own!],
      {
        db,
        claims,
        signal,
        others: [other!, idle!],
        onRequeued: ({ runHash }) => requeued.push(runHash),
      },
      () => {},
    );
    expect((await queue.take())?.runHash).toBe('own');
    await cancelRuns(db, [own!.runId, other!.runId]);
    await retryRuns(db, [own!.runId, other!.runId]);
    // Its own run is still being trained here.
    expect((await queue.take())?.runHash).toBe('other');
    expect(await queue.take()).toBeUndefined();

    await claims.release(own!.runId);
    queue.ended(own!);
    const both = await Promise.all([queue.take(), queue.take()]);
    expect(both.map((run) => run?.runHash)).toEqual(['own', undefined]);
    expect(requeued).toEqual(['other', 'own']);
    await claims.close();
  });
});
