import { openDatabase, runsOfSweep } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { differences, readOutcome } from './faults/outcome.ts';
import { undisturbed } from './faults/undisturbed.ts';
import { newDataDir, startSweep, sweep } from './sweep-command.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await newDataDir();
});
afterEach(() => removeDataDir(dataDir));

it('trains each run once if two commands run the same sweep', async () => {
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

it('takes over the run of a sweep that is killed', async () => {
  const commands = [0, 1].map(() => startSweep('long.ts', dataDir, ['--json', '--workers', '1']));
  await Promise.all(commands.map((command) => command.shown('run.progress')));
  const [killed, survivor] = commands;
  killed!.process.kill('SIGKILL');
  const { code, events } = await survivor!.ended;
  expect(code).toBe(0);
  expect(events().at(-1)).toMatchObject({ finished: 2, skipped: 0, failed: 0 });
  expect(differences(await readOutcome(dataDir), await undisturbed('long.ts'))).toEqual([]);
});
