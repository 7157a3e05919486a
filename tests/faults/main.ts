// `pnpm test:faults`
import { EXIT, runMain } from '@sae-lab/command-line';
import { removeDataDir } from '@sae-lab/db/testing';
import { command } from './command.ts';
import { killMany } from './kill-many.ts';

const print = (line: object): void => console.log(JSON.stringify(line));

await runMain(command, async ({ options: { runs, seed } }) => {
  const figures = await killMany({ kills: runs, seed }, async ({ dataDir, ...sweep }) => {
    for (const kill of sweep.kills) print({ type: 'kill', ...kill });
    for (const violation of sweep.violations) print({ type: 'violation', dataDir, violation });
    if (sweep.violations.length === 0) await removeDataDir(dataDir);
  });
  print({ type: 'figures', seed, ...figures });
  return figures.violations > 0 ? EXIT.failed : EXIT.done;
});
