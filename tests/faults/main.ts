// `pnpm test:faults`
import { EXIT, EXIT_OF_SIGNAL, runMain } from '@sae-lab/command-line';
import { removeDataDir } from '@sae-lab/db/testing';
import { command } from './command.ts';
import { killMany } from './kill-many.ts';
import { disturbMany } from './machines/disturb-many.ts';
import { whyNoNetwork } from './machines/network.ts';
import { whyNoDisk } from './small-disk.ts';

const print = (line: object): void => console.log(JSON.stringify(line));

/** The first signal ends the faults, so that networks, disks and processes are removed. The second ends this process. */
function stopOnSignal(): { readonly stop: AbortSignal; readonly exitCode: () => number | undefined } {
  const stop = new AbortController();
  let exitCode: number | undefined;
  for (const [signal, code] of Object.entries(EXIT_OF_SIGNAL)) {
    process.once(signal, () => {
      exitCode ??= code;
      console.error(
        'No further faults. The sweep that runs is finished and checked; a second signal ends at once.',
      );
      stop.abort();
    });
  }
  return { stop: stop.signal, exitCode: () => exitCode };
}

await runMain(command, async ({ options: { runs, seed, machines } }) => {
  const { stop, exitCode } = stopOnSignal();
  const codeOf = ({ violations }: { violations: number }): number =>
    violations > 0 ? EXIT.failed : (exitCode() ?? EXIT.done);
  if (machines) {
    const reason = whyNoNetwork() ?? whyNoDisk();
    if (reason !== undefined) throw new Error(`three machines cannot be made here: ${reason}`);
    const figures = await disturbMany({ faults: runs, seed, stop }, ({ faults, violations, ...sweep }) => {
      for (const fault of faults) print({ type: 'fault', ...fault });
      for (const violation of violations) print({ type: 'violation', violation });
      print({ type: 'sweep', ...sweep });
    });
    print({ ...figures, seed });
    return codeOf(figures);
  }
  const figures = await killMany({ kills: runs, seed, stop }, async ({ dataDir, ...sweep }) => {
    for (const kill of sweep.kills) print({ type: 'kill', ...kill });
    for (const violation of sweep.violations) print({ type: 'violation', dataDir, violation });
    if (sweep.violations.length === 0) await removeDataDir(dataDir);
  });
  print({ type: 'figures', seed, ...figures });
  return codeOf(figures);
});
