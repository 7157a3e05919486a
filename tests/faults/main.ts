// `pnpm test:faults --runs 500 [--seed n]`: sweeps that are killed at seeded random moments, a line of JSON for
// each kill and one of figures at the end. Answers 1 if anything was lost, doubled or left behind.
import { readArguments } from '@sae-lab/command-line';
import { removeDataDir } from '@sae-lab/db/testing';
import { killMany } from './kill-many.ts';

const [kills, seed] = parse();

const print = (line: object): void => console.log(JSON.stringify(line));
const figures = await killMany({ kills, seed }, async ({ dataDir, ...sweep }) => {
  for (const kill of sweep.kills) print({ type: 'kill', ...kill });
  for (const violation of sweep.violations) print({ type: 'violation', dataDir, violation });
  if (sweep.violations.length === 0) await removeDataDir(dataDir);
});
print({ type: 'figures', seed, ...figures });
process.exitCode = figures.violations > 0 ? 1 : 0;

function parse(): [kills: number, seed: number] {
  let problem = '';
  try {
    const command = { name: 'pnpm test:faults', options: { runs: 'text', seed: 'text' } } as const;
    const { runs = '25', seed: given = '0' } = readArguments(process.argv.slice(2), command)?.options ?? {
      runs: '',
    };
    if (/^[1-9]\d*$/.test(runs) && /^\d+$/.test(given)) return [Number(runs), Number(given)];
  } catch (error) {
    problem = (error as Error).message;
  }
  console.error(`usage: pnpm test:faults --runs <kills> [--seed <integer>]\n${problem}`.trimEnd());
  process.exit(2);
}
