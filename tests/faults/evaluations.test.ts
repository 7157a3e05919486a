/** Kills in the middle of every evaluation: what is stored stays, and what is made again is equal bit for bit. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { expect, it } from 'vitest';
import experiment from '../experiments/evaluations.ts';
import { newDataDir, startSweep, type RunningCommand } from '../sweep-command.ts';
import { differences, readOutcome } from './outcome.ts';
import { MARK, postmasterOf, processesOf } from './processes.ts';
import { undisturbed } from './undisturbed.ts';

const EXPERIMENT = 'evaluations.ts';
const NAMES = experiment.evaluation.also.map(({ name }) => name);
const POLL_MS = 10;

it.skipIf(process.platform !== 'linux')(
  'survives kills of the command and a worker inside every evaluation, and of the database (needs /proc)',
  { timeout: 600_000 },
  async () => {
    const reference = await undisturbed(EXPERIMENT);
    const dataDir = await newDataDir();
    const mark = randomUUID();
    const start = (): RunningCommand =>
      startSweep(EXPERIMENT, dataDir, ['--json', '--workers', '1'], { [MARK]: mark });
    let command = start();
    /** The evaluation has reported progress, and is not finished. */
    const inside = (name: string): Promise<void> =>
      command.shown(`{"type":"evaluation.progress","evaluation":"${name}"`);
    for (const name of NAMES) {
      await inside(name);
      // The last one, which writes while it computes.
      if (name === 'features') {
        process.kill(postmasterOf(dataDir)!, 'SIGKILL');
        const { code, stderr } = await command.ended;
        expect(code, stderr).toBe(1);
        expect(stderr).toMatch(/error db\.[a-z-]+/);
        command = start();
        await inside(name);
        await someLatents(dataDir);
      }
      command.process.kill('SIGKILL');
      await command.ended;

      command = start();
      await inside(name);
      const worker = processesOf(mark, dataDir).find(
        ({ kind, parent }) => kind === 'worker' && parent === command.process.pid,
      );
      process.kill(worker!.pid, 'SIGKILL');
    }
    const { code, stderr, events } = await command.ended;
    expect(code, stderr).toBe(0);
    expect(events().at(-1)).toMatchObject({ type: 'sweep.finished' });
    expect(differences(await readOutcome(dataDir), reference)).toEqual([]);
    await removeDataDir(dataDir);
  },
);

/** Waits until an unfinished evaluation has stored some of its latents. */
async function someLatents(dataDir: string): Promise<void> {
  const database = await openDatabase({ dataDir, url: '' });
  try {
    for (;;) {
      const [found] = await database.sql`
        select count(*)::int as rows from latents
        join evaluations on evaluations.id = latents.evaluation_id where finished_at is null`;
      if (found!['rows'] > 0) return;
      await sleep(POLL_MS);
    }
  } finally {
    await database.close();
  }
}
