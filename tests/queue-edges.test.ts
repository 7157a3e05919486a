import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  artifactsOf,
  cancelRuns,
  cancelSweep,
  evaluationsOfSweep,
  runsOfSweep,
  sweepById,
} from '@sae-lab/db';
import { expect, it, onTestFinished } from 'vitest';
import { startSweep, startWorker, sweep } from './sweep-command.ts';
import { useQueueDatabase } from './use-queue-database.ts';

const test = useQueueDatabase();

const saeFile = (runHash: string, name = ''): string => join(test.dataDir, 'runs', runHash, 'sae', name);

it(
  'chooses the queue by the device, which workers without it leave alone',
  { timeout: 600_000 },
  async () => {
    const { dataDir } = test;
    expect((await sweep('tiny.ts', dataDir, ['--detach', '--device', 'cuda'])).code).toBe(0);
    const jobs = await test.database.sql`select name from sae_lab_queue.job order by name`;
    expect(jobs.map((job) => job['name'])).toEqual(['extract', 'train.gpu', 'train.gpu']);
    const { code, events } = await startWorker(dataDir).ended;
    expect([code, events().at(-1)]).toMatchObject([0, { extracted: 1, finished: 0 }]);
    expect((await runsOfSweep(test.db, 1)).map(({ status }) => status)).toEqual(['queued', 'queued']);
  },
);

it('retrains finished runs whose files are missing when asked', { timeout: 600_000 }, async () => {
  const { db, dataDir } = test;
  expect((await sweep('tiny.ts', dataDir)).code).toBe(0);
  const [run] = await runsOfSweep(db, 1);
  const before = await artifactsOf(db, run!.id);
  await rm(saeFile(run!.runHash), { recursive: true });
  const detach = (...flags: string[]) => sweep('tiny.ts', dataDir, ['--detach', '--json', ...flags]);
  const kept = await detach();
  expect([kept.events()[0], kept.stderr]).toMatchObject([
    { pending: 0, finished: 2 },
    expect.stringContaining('Retrain them with --retrain-missing.'),
  ]);
  expect((await detach('--retrain-missing')).events()[0]).toMatchObject({ pending: 1, finished: 1 });
  expect((await startWorker(dataDir).ended).events().at(-1)).toMatchObject({ finished: 1 });
  expect(await artifactsOf(db, run!.id)).toEqual(before);
  expect((await detach('--retrain-missing')).events()[0]).toMatchObject({ pending: 0, finished: 2 });
});

it('ends a sweep in the queue whose last run another sweep trains', { timeout: 600_000 }, async () => {
  const { db, dataDir } = test;
  expect((await sweep('tiny.ts', dataDir, ['--detach'])).code).toBe(0);
  const [first] = await runsOfSweep(db, 1);
  await cancelRuns(db, [first!.id]);
  expect((await sweepById(db, 1))?.status).toBe('queued');
  expect((await sweep('overlapping.ts', dataDir)).code).toBe(0);
  const statuses = (await runsOfSweep(db, 1)).map(({ status }) => status);
  expect([statuses, (await sweepById(db, 1))?.status]).toEqual([['cancelled', 'finished'], 'cancelled']);
});

it(
  'continues when its watchers are interrupted or killed, and is watched again',
  { timeout: 300_000 },
  async () => {
    const { db, dataDir } = test;
    const jobs = () => test.database.sql`select id, name, state from sae_lab_queue.job order by id`;
    expect((await sweep('endless.ts', dataDir, ['--detach'])).code).toBe(0);
    const worker = startWorker(dataDir, ['--concurrency', '1']);
    onTestFinished(() => void worker.process.kill());
    await worker.shown(': step ');
    const before = await jobs();
    expect(before.map(({ state }) => state as string).toSorted()).toEqual(['active', 'created']);

    const interrupted = startSweep('endless.ts', dataDir, ['--wait']);
    await interrupted.shown('2 of 2 runs to train');
    interrupted.process.kill('SIGINT');
    const { code, stderr } = await interrupted.ended;
    expect([code, stderr]).toEqual([130, expect.stringContaining('1 running, 1 waiting.\nWorkers train')]);
    const killed = startSweep('endless.ts', dataDir, ['--wait', '--json']);
    await killed.shown('"run.started"');
    killed.process.kill('SIGKILL');
    await killed.ended;
    expect(await jobs()).toEqual(before);
    const runs = await runsOfSweep(db, 1);
    expect(runs.map(({ status }) => status).toSorted()).toEqual(['queued', 'running']);
    expect(runs.map(({ cancelRequestedAt, attempt }) => [cancelRequestedAt, attempt])).toEqual(
      expect.arrayContaining([
        [null, 0],
        [null, 1],
      ]),
    );

    const last = startSweep('endless.ts', dataDir, ['--wait', '--json']);
    await last.shown('"run.started"');
    await cancelSweep(db, 1);
    const end = await last.ended;
    expect([end.code, end.events().at(-1)]).toMatchObject([1, { cancelled: 2, finished: 0, interrupted: 0 }]);
    expect((await worker.ended).code).toBe(0);
  },
);

it('counts failed evaluations of workers, and makes them again', { timeout: 600_000 }, async () => {
  const { dataDir } = test;
  const watched = startSweep('evaluated.ts', dataDir, ['--wait', '--json']);
  await watched.shown('Start one: pnpm worker');
  expect((await startWorker(dataDir, ['--queues', 'extract,train.cpu']).ended).code).toBe(0);
  const [run] = await runsOfSweep(test.db, 1);
  const weights = saeFile(run!.runHash, 'sae_weights.safetensors');
  await writeFile(weights, Buffer.alloc((await stat(weights)).size));
  await startWorker(dataDir).ended;
  const { code, stderr } = await watched.ended;
  expect([code, stderr]).toEqual([1, expect.stringMatching(/\d evaluations have failed\./)]);
  expect((await sweepById(test.db, 1))?.failedEvaluations).toBeGreaterThan(0);
});

it('stops evaluating for a sweep that is cancelled', { timeout: 600_000 }, async () => {
  const { db, dataDir } = test;
  expect((await sweep('evaluations.ts', dataDir, ['--detach'])).code).toBe(0);
  const worker = startWorker(dataDir);
  onTestFinished(() => void worker.process.kill());
  await worker.shown('"evaluation.started"');
  await cancelSweep(db, 1);
  expect((await worker.ended).code).toBe(0);
  expect((await sweepById(db, 1))?.status).toBe('cancelled');
  expect((await evaluationsOfSweep(db, 1)).length).toBeLessThan(12);
});
