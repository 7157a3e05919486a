import { removeDataDir } from '@sae-lab/db/testing';
import { beforeAll, expect, it } from 'vitest';
import { startSweep, sweep } from '../sweep-command.ts';
import { killSweep } from './killed-sweep.ts';
import { killsOf } from './kills.ts';
import { differences, readOutcome, type Outcome } from './outcome.ts';
import { mountDisk, whyNoDisk } from './small-disk.ts';
import { undisturbed } from './undisturbed.ts';

const EXPERIMENT = 'streamed.ts';
const KILLS = 6;

let streamed: Outcome;
beforeAll(async () => {
  streamed = await undisturbed(EXPERIMENT);
}, 120_000);

it('streams to the weights, curves and figures of a cache', { timeout: 120_000 }, async () => {
  const cached = await undisturbed('streamed-from-cache.ts');
  // The stream leaves other files behind.
  expect(differences(streamed, { ...cached, files: streamed.files })).toEqual([]);
  expect(streamed.files.filter((file) => file.includes('.ring/'))).toHaveLength(2);
});

it.skipIf(process.platform !== 'linux')(
  `streams to the same results through ${KILLS} kills of the command, a training process or the database`,
  { timeout: 600_000 },
  async () => {
    const { dataDir, violations, kills } = await killSweep(killsOf(7), KILLS, streamed, {
      experiment: EXPERIMENT,
    });
    await removeDataDir(dataDir);
    expect(violations).toEqual([]);
    expect(kills.length).toBeGreaterThan(KILLS / 2);
  },
);

it.skipIf(whyNoDisk() !== undefined)(
  'streams to the same results after the disk was full',
  { timeout: 300_000 },
  async () => {
    const disk = mountDisk('300m');
    try {
      const command = startSweep(EXPERIMENT, disk.folder, ['--json']);
      await command.shown('run.paused');
      await disk.fill(0);
      const { code, stderr, events } = await command.ended;
      expect(code).toBe(1);
      expect([...stderr.matchAll(/^error (.*)$/gm)].map(([, name]) => name)).toEqual([
        expect.stringMatching(/^(activations\.no-space|(files|db)\.disk-full)$/),
      ]);
      expect(events().filter(({ type }) => type === 'run.failed')).toEqual([]);

      disk.empty();
      expect((await sweep(EXPERIMENT, disk.folder)).code).toBe(0);
      expect(differences(await readOutcome(disk.folder), streamed)).toEqual([]);
    } finally {
      await disk.remove();
    }
  },
);
