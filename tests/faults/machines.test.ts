import { environment } from '@sae-lab/command-line';
import { expect, it } from 'vitest';
import { disturbMany } from './machines/disturb-many.ts';
import type { DisturbedSweep } from './machines/disturbed-sweep.ts';
import { whyNoNetwork } from './machines/network.ts';
import { whyNoDisk } from './small-disk.ts';

/**
 * One sweep with the first kind of store, and with SAE_LAB_TEST_ALL one with each. For more faults, run
 * `pnpm test:faults --machines --runs 1000`.
 */
const FAULTS = environment('SAE_LAB_TEST_ALL') === undefined ? 30 : 60;
const SEED = 1;

const reason = whyNoNetwork() ?? whyNoDisk();
if (reason !== undefined) console.warn(`the test of three machines is skipped: ${reason}`);

it.skipIf(reason !== undefined)(
  `loses nothing on three machines through ${FAULTS} faults of processes, cables, clocks, disks, database and store`,
  { timeout: 900_000 },
  async () => {
    const sweeps: DisturbedSweep[] = [];
    const figures = await disturbMany({ faults: FAULTS, seed: SEED }, (sweep) => void sweeps.push(sweep));
    console.log(JSON.stringify(figures));
    expect(sweeps.flatMap(({ violations }) => violations)).toEqual([]);
    expect(figures).toMatchObject({ faults: FAULTS, lost: 0, doubled: 0, differ: 0 });
  },
);
