/** Kills in the middle of evaluations, of every one with SAE_LAB_TEST_ALL: what is stored stays, and what is made again is equal bit for bit. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { environment } from '@sae-lab/command-line';
import { openDatabase } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { expect, it } from 'vitest';
import experiment from '../experiments/evaluations.ts';
import { newDataDir, startSweep, type RunningCommand } from '../sweep-command.ts';
import { differences, readOutcome } from './outcome.ts';
import { MARK, postmasterOf, processesOf, type Process } from './processes.ts';
import { undisturbed } from './undisturbed.ts';

const EXPERIMENT = 'evaluations.ts';
const NAMES = experiment.evaluation.also.map(({ name }) => name);
/** Those that get a kill of their worker; each kill starts a process. */
const KILLED = environment('SAE_LAB_TEST_ALL') === undefined ? ['ce', 'features'] : NAMES;
const POLL_MS = 10;

it.skipIf(process.platform !== 'linux')(
  `survives kills inside ${KILLED.join(', ')}, of the worker, the command and the database (needs /proc)`,
  { timeout: 900_000 },
  async () => {
    const reference = await undisturbed(EXPERIMENT);
    const dataDir = await newDataDir();
    const mark = randomUUID();
    const start = (): RunningCommand =>
      startSweep(EXPERIMENT, dataDir, ['--json', '--workers', '1'], { [MARK]: mark });
    let command = start();
    let starts = '';
    const killInside = async (name: string, victim: 'worker' | 'command' | 'database'): Promise<void> => {
      // It has reported progress, and has not finished.
      await command.shown(`{"type":"evaluation.progress","evaluation":"${name}"`);
      if (name === 'features' && victim !== 'worker') await someLatents(dataDir);
      process.kill(pidOf(victim), 'SIGKILL');
      if (victim === 'worker') return;
      const { code, stdout, stderr } = await command.ended;
      if (victim === 'database') {
        expect(code, stderr).toBe(1);
        expect(stderr).toMatch(/error db\.[a-z-]+/);
      }
      starts += stdout;
      command = start();
    };
    const pidOf = (victim: 'worker' | 'command' | 'database'): number => {
      if (victim === 'database') return postmasterOf(dataDir)!;
      if (victim === 'command') return command.process.pid!;
      const isWorker = ({ kind, parent }: Process): boolean =>
        kind === 'worker' && parent === command.process.pid;
      return processesOf(mark, dataDir).find(isWorker)!.pid;
    };
    for (const name of KILLED) {
      if (name === 'ce' || name === 'features') await killInside(name, 'command');
      if (name === 'features') await killInside(name, 'database');
      await killInside(name, 'worker');
    }
    const { code, stdout, stderr } = await command.ended;
    expect(code, stderr).toBe(0);
    starts += stdout;
    // A worker that was killed inside a pass left it to another one.
    for (const name of KILLED) {
      const passes = starts.split(`{"type":"evaluation.started","evaluation":"${name}"`).length - 1;
      expect(passes, name).toBeGreaterThan(1);
    }
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
