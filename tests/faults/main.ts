// `pnpm test:faults --runs 500 [--seed n]`: sweeps that are killed at seeded random moments, a line of JSON for
// each kill and one of figures at the end. Answers 1 if anything was lost, doubled or left behind.
import { parseArgs } from 'node:util';
import { removeDataDir } from '@sae-lab/db/testing';
import { killMany } from './kill-many.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '25' }, seed: { type: 'string', default: '0' } },
});
const [kills, seed] = [Number(values.runs), Number(values.seed)];
if (!Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed)) {
  console.error('usage: pnpm test:faults --runs <kills> [--seed <integer>]');
  process.exit(2);
}

const print = (line: object): void => console.log(JSON.stringify(line));
const figures = await killMany({ kills, seed }, async ({ dataDir, ...sweep }) => {
  for (const kill of sweep.kills) print({ type: 'kill', ...kill });
  for (const violation of sweep.violations) print({ type: 'violation', dataDir, violation });
  if (sweep.violations.length === 0) await removeDataDir(dataDir);
});
print({ type: 'figures', seed, ...figures });
process.exitCode = figures.violations > 0 ? 1 : 0;
