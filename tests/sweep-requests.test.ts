import { access } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cancelRuns,
  cancelSweep,
  openDatabase,
  retryRuns,
  runsOfSweep,
  sweepById,
  type Database,
} from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newDataDir, startSweep, sweep } from './sweep-command.ts';

let dataDir: string;
let database: Database | undefined;

beforeEach(async () => {
  dataDir = await newDataDir();
});
afterEach(async () => {
  await database?.close();
  database = undefined;
  await removeDataDir(dataDir);
});

async function open(): Promise<Database> {
  database ??= await openDatabase({ dataDir, url: '' });
  return database;
}

/** Runs of six seconds, and of two minutes, so that a request comes before they end. */
const SLOW = { TEST_PAUSE_MS: '50' };
const SLOWEST = { TEST_PAUSE_MS: '1000' };

const hasCheckpoint = (runHash: string): Promise<boolean> =>
  access(join(dataDir, 'runs', runHash, 'checkpoint.safetensors')).then(
    () => true,
    () => false,
  );

it('stops a run that is cancelled, trains the others, and takes it up again when it is retried', async () => {
  const running = startSweep('cancelled.ts', dataDir, ['--json', '--workers', '1'], SLOW);
  await running.shown('run.progress');
  const { db } = await open();
  const training = (await runsOfSweep(db, 1)).find(({ status }) => status === 'running')!;
  expect(await cancelRuns(db, [training.id])).toEqual({ cancelled: 0, asked: 1 });
  const { code, events } = await running.ended;
  expect(code).toBe(1);
  expect(events().at(-1)).toMatchObject({ finished: 1, cancelled: 1, interrupted: 0, failed: 0 });
  const [cancelled] = (await runsOfSweep(db, 1)).filter(({ status }) => status === 'cancelled');
  expect(cancelled).toMatchObject({ id: training.id, attempt: 1 });
  expect(await hasCheckpoint(cancelled!.runHash)).toBe(true);

  // The next sweep leaves it alone, until it is asked for.
  const again = await sweep('cancelled.ts', dataDir, ['--json']);
  expect([again.code, again.events().at(-1)]).toMatchObject([1, { skipped: 1, cancelled: 1, finished: 0 }]);
  expect(await retryRuns(db, [cancelled!.id])).toBe(1);
  const retried = await sweep('cancelled.ts', dataDir, ['--json']);
  expect([retried.code, retried.events().at(-1)]).toMatchObject([
    0,
    { skipped: 1, finished: 1, cancelled: 0 },
  ]);
  expect(await runsOfSweep(db, 1)).toMatchObject(
    [1, 2].map(() => ({ status: 'finished', step: 120, cancelRequestedAt: null, retryRequestedAt: null })),
  );
});

it('stops everything when the sweep is cancelled; --only-failed takes it up again', async () => {
  const running = startSweep('cancelled.ts', dataDir, ['--json', '--workers', '1'], SLOWEST);
  await running.shown('run.progress');
  const { db } = await open();
  await cancelSweep(db, 1);
  const { code, stderr } = await running.ended;
  expect(code).toBe(1);
  expect(stderr).toContain('Cancelled on request');
  expect((await sweepById(db, 1))!.status).toBe('cancelled');
  expect((await runsOfSweep(db, 1)).map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);

  const again = await sweep('cancelled.ts', dataDir, ['--json', '--only-failed']);
  expect([again.code, again.events().at(-1)]).toMatchObject([0, { finished: 2, cancelled: 0 }]);
  expect((await sweepById(db, 1))!.status).toBe('finished');
});

it('takes a run that is put back while the sweep still runs', async () => {
  const running = startSweep('cancelled.ts', dataDir, ['--json', '--workers', '1'], SLOW);
  await running.shown('run.progress');
  const { db } = await open();
  const waiting = (await runsOfSweep(db, 1)).find(({ status }) => status === 'queued')!;
  expect(await cancelRuns(db, [waiting.id])).toEqual({ cancelled: 1, asked: 0 });
  expect(await retryRuns(db, [waiting.id])).toBe(1);
  const { code, events } = await running.ended;
  expect([code, events().at(-1)]).toMatchObject([0, { finished: 2, cancelled: 0 }]);
});
