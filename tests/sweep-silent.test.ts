import { openDatabase, runsOfSweep } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newDataDir, sweep } from './sweep-command.ts';

let dataDir: string;

beforeAll(async () => {
  dataDir = await newDataDir();
});
afterAll(() => removeDataDir(dataDir));

it('kills a worker that blocks forever, reports its last output and trains the other runs', async () => {
  const { code, stderr } = await sweep('silent.ts', dataDir, ['--workers', '1', '--silence-seconds', '8']);
  expect(code).toBe(1);
  expect(stderr).toContain('run.worker-silent');
  const database = await openDatabase({ dataDir, url: '' });
  const runs = await runsOfSweep(database.db, 1);
  await database.close();
  expect(runs).toMatchObject([
    { variant: 'silent', status: 'failed', error: { code: 'run.worker-silent' } },
    { variant: 'topk', status: 'finished', error: null },
  ]);
  expect(runs[0]!.error!.message).toContain('no sign of life for 8 s');
  expect(runs[0]!.error!.message).toContain('about to block');
});
