/**
 * Is the dashboard fast with many runs?
 *
 *     pnpm bench:dashboard [--runs n] [--points n] [--no-browser] [--json]
 *
 * Prints a JSON line for each case. Times are medians.
 */
import { EXIT, runMain } from '@sae-lab/command-line';
import { openTestDatabase } from '@sae-lab/db/testing';
import { benchCommand } from './command.ts';
import { pageCases } from './page-cases.ts';
import { queryCases } from './query-cases.ts';
import { seed } from './seed.ts';
import { seedLatents } from './seed-latents.ts';

/** The run whose latents are described. */
const DESCRIBED_RUN = 1;

await runMain(benchCommand, async ({ options: { runs, points, noBrowser } }) => {
  const server = await openTestDatabase();
  try {
    await queryCases(server.database, await seed(server.database, { runs, points }));
    if (noBrowser) return EXIT.done;
    await seedLatents(server.database, DESCRIBED_RUN);
    await pageCases(server.dataDir, DESCRIBED_RUN);
  } finally {
    await server.stop();
  }
  return EXIT.done;
});
