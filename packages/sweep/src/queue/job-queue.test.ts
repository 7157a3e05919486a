import { openTestDatabase, type TestDatabase } from '@sae-lab/db/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { groupOf, openJobQueue, type JobQueue } from './job-queue.ts';
import type { TrainInvitation } from './queues.ts';

let test: TestDatabase;
let queues: JobQueue[];
const data = { sweepId: 1, commit: null, projectRoot: '/"quoted" \\ {path}', label: {} } as TrainInvitation;

beforeAll(async () => {
  test = await openTestDatabase();
  // Several processes may make the queues at once.
  queues = await Promise.all([1, 2, 3].map(() => openJobQueue(test.database, { supervise: false })));
});
afterAll(async () => {
  await Promise.all(queues.map((queue) => queue.close()));
  await test.stop();
});

it('hands out each invitation once, those of higher priority first', async () => {
  const keys = Array.from({ length: 20 }, (_, index) => `run ${index}`);
  await queues[0]!.invite(
    'train.cpu',
    keys.map((key, index) => ({ key, data, priority: index === 19 ? 1 : 0 })),
  );
  const first = await queues[1]!.take(['train.cpu']);
  expect(first).toMatchObject({ queue: 'train.cpu', key: 'run 19', data });
  const taken = [first!];
  await Promise.all(
    queues.map(async (queue) => {
      for (let job = await queue.take(['extract', 'train.cpu']); job; job = await queue.take(['train.cpu']))
        taken.push(job);
    }),
  );
  expect(taken.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
  expect(await queues[0]!.outstanding(['train.cpu', 'evaluate'])).toBe(20);
  for (const job of taken) await queues[0]!.done(job);
  expect(await queues[0]!.outstanding(['train.cpu'])).toBe(0);
});

it('hands out what is behind jobs that a worker leaves to others, and does not touch these', async () => {
  const [one, other] = queues as [JobQueue, JobQueue];
  const keys = ['needs a GPU', 'needs a package', 'plain'];
  await one.invite(
    'train.cpu',
    keys.map((key, index) => ({ key, data, priority: 2 - index })),
  );
  const left = new Set(keys.slice(0, 2).map((key) => groupOf({ queue: 'train.cpu', key })));
  const job = (await one.take(['train.cpu'], left))!;
  expect(job.key).toBe('plain');
  expect(await one.take(['train.cpu'], left)).toBeUndefined();
  expect(await one.outstanding(['train.cpu'], left)).toBe(1);
  const others = [(await other.take(['train.cpu']))!, (await other.take(['train.cpu']))!];
  expect(others.map(({ key, retryCount }) => [key, retryCount])).toEqual(
    keys.slice(0, 2).map((key) => [key, 0]),
  );
  for (const taken of [job, ...others]) await one.done(taken);
  // Others have done what it leaves.
  await one.invite('train.cpu', [{ key: 'later', data }]);
  expect(await one.outstanding(['train.cpu'], left)).toBe(1);
  await one.done((await one.take(['train.cpu'], left))!);
});

it('has one invitation per key, until it is done', async () => {
  const [queue] = queues as [JobQueue];
  const invite = () => queue.invite('extract', [{ key: 'sweep 1', data }]);
  await invite();
  await invite();
  expect(await queue.outstanding(['extract'])).toBe(1);
  const job = await queue.take(['extract']);
  await invite();
  expect(await queue.take(['extract'])).toBeUndefined();
  expect(await queue.isOutstanding('extract', 'sweep 1')).toBe(true);
  await queue.done(job!);
  expect(await queue.isOutstanding('extract', 'sweep 1')).toBe(false);
  await invite();
  expect(await queue.take(['extract'])).toMatchObject({ key: 'sweep 1' });
});

it('puts back what was kept, once, with its data', async () => {
  const [one, other] = queues as [JobQueue, JobQueue];
  const key = 'kept run';
  await one.invite('train.cpu', [{ key, data, priority: 7 }]);
  await one.keep((await one.take(['train.cpu']))!);
  expect(await one.isOutstanding('train.cpu', key)).toBe(false);
  expect(await one.inviteAgain(['train.gpu'], [key])).toBe(0);
  expect(await one.inviteAgain(['train.cpu'], ['another run'])).toBe(0);
  await Promise.all([one, other].map((queue) => queue.inviteAgain(['train.cpu'], ['another run', key])));
  expect(await one.outstanding(['train.cpu'])).toBe(1);
  expect(await one.inviteAgain(['train.cpu'], [key])).toBe(0);
  const again = (await other.take(['train.cpu']))!;
  expect(again).toMatchObject({ queue: 'train.cpu', key, data });
  await other.done(again);
  expect(await one.outstanding(['train.cpu'])).toBe(0);
});

it('hands out again what was given back, and ignores the one that had it', async () => {
  const [one, other] = queues as [JobQueue, JobQueue];
  await one.invite('evaluate', [{ key: 'sweep 2', data }]);
  const first = (await one.take(['evaluate']))!;
  await one.giveBack(first, 'preempted');
  const second = await vi.waitFor(async () => (await other.take(['evaluate'])) ?? expect.fail('not yet'), {
    timeout: 20_000,
    interval: 200,
  });
  expect(second.id).toBe(first.id);
  await one.giveBack(first, 'too late');
  await one.done(first);
  await one.beat([first]);
  expect(await other.isOutstanding('evaluate', 'sweep 2')).toBe(true);
  await other.done(second);
  expect(await other.isOutstanding('evaluate', 'sweep 2')).toBe(false);
});
