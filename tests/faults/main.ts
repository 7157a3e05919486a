// `pnpm test:faults`
import { EXIT, runMain } from '@sae-lab/command-line';
import { removeDataDir } from '@sae-lab/db/testing';
import { command } from './command.ts';
import { killMany } from './kill-many.ts';
import { disturbMany } from './machines/disturb-many.ts';
import { whyNoNetwork } from './machines/network.ts';
import { whyNoDisk } from './small-disk.ts';

const print = (line: object): void => console.log(JSON.stringify(line));

await runMain(command, async ({ options: { runs, seed, machines } }) => {
  if (machines) {
    const reason = whyNoNetwork() ?? whyNoDisk();
    if (reason !== undefined) throw new Error(`three machines cannot be made here: ${reason}`);
    const figures = await disturbMany({ faults: runs, seed }, ({ faults, violations, ...sweep }) => {
      for (const fault of faults) print({ type: 'fault', ...fault });
      for (const violation of violations) print({ type: 'violation', violation });
      print({ type: 'sweep', ...sweep });
    });
    print({ ...figures, seed });
    return figures.violations > 0 ? EXIT.failed : EXIT.done;
  }
  const figures = await killMany({ kills: runs, seed }, async ({ dataDir, ...sweep }) => {
    for (const kill of sweep.kills) print({ type: 'kill', ...kill });
    for (const violation of sweep.violations) print({ type: 'violation', dataDir, violation });
    if (sweep.violations.length === 0) await removeDataDir(dataDir);
  });
  print({ type: 'figures', seed, ...figures });
  return figures.violations > 0 ? EXIT.failed : EXIT.done;
});
