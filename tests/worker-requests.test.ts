import {
  attemptsOfRun,
  cancelRuns,
  cancelSweep,
  retryRuns,
  runsOfSweep,
  setPriority,
  sweepById,
} from '@sae-lab/db';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startWorker, sweep } from './sweep-command.ts';
import { useQueueDatabase } from './use-queue-database.ts';

const test = useQueueDatabase();

const statuses = async () => (await runsOfSweep(test.db, 1)).map(({ status }) => status);
const ofSweep = async () => (await sweepById(test.db, 1))!.status;

it('stops runs that are cancelled, takes one that is retried meanwhile once, and ends with its sweep', async () => {
  const { db, dataDir } = test;
  expect((await sweep('endless.ts', dataDir, ['--detach'])).code).toBe(0);
  const worker = startWorker(dataDir, ['--concurrency', '1']);
  onTestFinished(() => void worker.process.kill());
  await worker.shown(': step ');
  expect(await ofSweep()).toBe('running');
  const [first] = (await runsOfSweep(db, 1)).filter(({ status }) => status === 'running');
  expect(await cancelRuns(db, [first!.id])).toEqual({ cancelled: 0, asked: 1 });
  await worker.shown('"run.cancelled"');
  // The next one.
  await vi.waitFor(async () => expect((await statuses()).toSorted()).toEqual(['cancelled', 'running']), WAIT);
  const second = (await runsOfSweep(db, 1)).find(({ status }) => status === 'running')!;
  expect(await retryRuns(db, [first!.id])).toBe(1);
  expect(await retryRuns(db, [first!.id])).toBe(0);
  expect((await statuses()).toSorted()).toEqual(['queued', 'running']);
  expect(await cancelRuns(db, [second.id])).toEqual({ cancelled: 0, asked: 1 });
  await vi.waitFor(
    async () =>
      expect(await runsOfSweep(db, 1)).toContainEqual(
        expect.objectContaining({ id: first!.id, status: 'running', attempt: 2 }),
      ),
    WAIT,
  );
  await cancelSweep(db, 1);
  const { code, stderr, events } = await worker.ended;
  expect([code, events().at(-1)]).toMatchObject([0, { cancelled: 3, handedBack: 0, failed: 0 }]);
  expect(stderr).toMatch(/: cancelled at step \d+\n/);
  expect(stderr).not.toContain('handed back');
  expect([await ofSweep(), await statuses()]).toEqual(['cancelled', ['cancelled', 'cancelled']]);
  for (const [id, times] of [
    [first!.id, 2],
    [second.id, 1],
  ] as const) {
    expect(await attemptsOfRun(db, id)).toMatchObject(
      Array(times).fill({ reason: 'cancelled', endedAt: expect.any(Date) }),
    );
  }
});

it('takes runs that are retried while it waits', async () => {
  const { db, dataDir } = test;
  expect((await sweep('tiny.ts', dataDir, ['--detach'])).code).toBe(0);
  expect(await cancelSweep(db, 1)).toEqual({ cancelled: 2, asked: 0 });
  expect(await ofSweep()).toBe('cancelled');
  const waiting = startWorker(dataDir, ['--idle', '10m']);
  onTestFinished(() => void waiting.process.kill());
  // It has looked at every invitation.
  await waiting.shown('"worker.waiting"');
  expect([await ofSweep(), await statuses()]).toEqual(['cancelled', ['cancelled', 'cancelled']]);

  const ids = (await runsOfSweep(db, 1)).map(({ id }) => id);
  expect(await retryRuns(db, ids)).toBe(2);
  expect(['queued', 'running']).toContain(await ofSweep());
  await vi.waitFor(async () => expect(await ofSweep()).toBe('finished'), WAIT);
  expect(await statuses()).toEqual(['finished', 'finished']);
  waiting.process.kill('SIGTERM');
  expect((await waiting.ended).events().at(-1)).toMatchObject({ finished: 2, extracted: 0, cancelled: 0 });
});

it('takes the runs of a sweep first whose priority is raised while it trains another', async () => {
  const { db, dataDir } = test;
  expect((await sweep('endless.ts', dataDir, ['--detach', '--priority', '1'])).code).toBe(0);
  expect((await sweep('tiny.ts', dataDir, ['--detach'])).code).toBe(0);
  const worker = startWorker(dataDir, ['--concurrency', '1']);
  onTestFinished(() => void worker.process.kill());
  await worker.shown(': step ');
  await setPriority(db, 2, 2);
  const [first] = (await runsOfSweep(db, 1)).filter(({ status }) => status === 'running');
  await cancelRuns(db, [first!.id]);
  await vi.waitFor(async () => expect((await sweepById(db, 2))!.status).toBe('finished'), WAIT);
  // The other run of the first sweep came earlier, and with a higher number than the second sweep had then.
  expect((await statuses()).filter((status) => status === 'finished')).toEqual([]);
  await cancelSweep(db, 1);
  const { code, events } = await worker.ended;
  expect([code, events().at(-1)]).toMatchObject([0, { finished: 2, failed: 0 }]);
  const other = (await runsOfSweep(db, 1)).find(({ id }) => id !== first!.id);
  const [attempt] = await attemptsOfRun(db, other!.id);
  const lastOfTiny = Math.max(...(await runsOfSweep(db, 2)).map(({ finishedAt }) => finishedAt!.getTime()));
  expect(attempt?.startedAt.getTime() ?? Infinity).toBeGreaterThanOrEqual(lastOfTiny);
});

it('takes runs that were retried before it started', async () => {
  const { db, dataDir } = test;
  expect((await sweep('tiny.ts', dataDir, ['--detach'])).code).toBe(0);
  const [run] = await runsOfSweep(db, 1);
  await cancelRuns(db, [run!.id]);
  expect((await startWorker(dataDir).ended).events().at(-1)).toMatchObject({ finished: 1 });
  expect([await ofSweep(), await statuses()]).toEqual(['cancelled', ['cancelled', 'finished']]);

  await retryRuns(db, [run!.id]);
  expect(await ofSweep()).toBe('queued');
  expect((await startWorker(dataDir).ended).events().at(-1)).toMatchObject({ finished: 1 });
  expect([await ofSweep(), await statuses()]).toEqual(['finished', ['finished', 'finished']]);
});

const WAIT = { timeout: 60_000, interval: 200 };
