import { removeDataDir } from '@sae-lab/db/testing';
import { expect, it } from 'vitest';
import { killMany } from './kill-many.ts';
import type { SweepReport } from './killed-sweep.ts';

/** For more kills, run `pnpm test:faults --runs 500`. */
const KILLS = 25;

it.skipIf(process.platform !== 'linux')(
  `survives ${KILLS} kills of the command, a training process or the database (needs /proc)`,
  { timeout: 600_000 },
  async () => {
    const sweeps: SweepReport[] = [];
    const figures = await killMany({ kills: KILLS, seed: 25 }, async (sweep) => {
      sweeps.push(sweep);
      await removeDataDir(sweep.dataDir);
    });
    expect(sweeps.flatMap(({ violations }) => violations)).toEqual([]);
    expect(figures.kills).toBe(KILLS);
    expect(Object.keys(figures.victims).toSorted()).toEqual(['child', 'command', 'server']);
  },
);
