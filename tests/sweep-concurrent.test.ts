import { openDatabase, runsOfSweep } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newDataDir, sweep } from './sweep-command.ts';

let dataDir: string;

beforeAll(async () => {
  dataDir = await newDataDir();
});
afterAll(() => removeDataDir(dataDir));

it('trains each run once when the same sweep is started twice at the same time', async () => {
  const [one, other] = await Promise.all(
    Array.from({ length: 2 }, () => sweep('tiny.ts', dataDir, ['--json', '--workers', '1'])),
  );
  expect([one?.code, other?.code]).toEqual([0, 0]);
  const ends = [one, other].map((result) => result?.events().at(-1));
  expect(ends.map((end) => Number(end?.['finished']) + Number(end?.['skipped']))).toEqual([2, 2]);
  expect(ends.reduce((sum, end) => sum + Number(end?.['finished']), 0)).toBe(2);

  const database = await openDatabase({ dataDir, url: '' });
  const runs = await runsOfSweep(database.db, 1);
  await database.close();
  expect(runs.map(({ status, attempt }) => [status, attempt])).toEqual([
    ['finished', 1],
    ['finished', 1],
  ]);
});
