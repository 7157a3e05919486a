import { resolve } from 'node:path';
import { availableParallelism } from 'node:os';
import {
  EXIT,
  option,
  positiveInteger,
  PROJECT_ROOT,
  seconds,
  type OptionValues,
} from '@sae-lab/command-line';
import { DEVICES, parseDevice, type Device } from '@sae-lab/kernels';
import { runSpool } from '../spool/run-spool.ts';
import { probeDevice } from '../worker/probe-device.ts';

/** Options of `pnpm worker --spool <folder>`, which needs no database. */
export const SPOOL_OPTIONS = {
  spool: option({
    value: 'folder',
    meaning: 'Train the runs that `pnpm sweep --prepare` wrote into a folder, without a database',
    parse: (given) => resolve(given),
  }),
  device: option<Device>({
    value: 'name',
    meaning: `Where to train: ${DEVICES.join(', ')}`,
    default: 'cpu',
    parse: parseDevice,
  }),
  threads: option({
    value: 'n',
    meaning: 'Threads of a run',
    otherwise: 'one per core',
    parse: positiveInteger,
  }),
  checkpointSeconds: option({
    value: 's',
    meaning: 'Write a checkpoint of a run this often',
    default: 60,
    parse: seconds,
  }),
};

/** Signals after which a worker writes a checkpoint and ends. Slurm sends SIGUSR1 before the time of a job ends. */
const SIGNALS = ['SIGTERM', 'SIGUSR1', 'SIGINT', 'SIGHUP'] as const;
/** A worker that was asked to end has left runs to others. */
const HANDED_BACK = 143;

/**
 * Trains the runs of a spool.
 *
 * @returns the exit code: 143 after a signal, 1 if a run failed or diverged
 */
export async function spoolCommand(
  folder: string,
  { device: asked, threads, checkpointSeconds }: Omit<OptionValues<typeof SPOOL_OPTIONS>, 'spool'>,
): Promise<number> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    const { device, choice } = await probeDevice(asked);
    if (choice !== undefined) say(choice);
    const counts = await runSpool(folder, {
      projectRoot: PROJECT_ROOT,
      device,
      threads: threads ?? availableParallelism(),
      checkpointSeconds,
      signal: stop.signal,
      say,
    });
    const tally = Object.entries(counts).filter(([, count]) => count > 0);
    say(
      tally.length === 0
        ? 'Nothing to train.'
        : `${tally.map(([what, count]) => `${count} ${what}`).join(', ')}.`,
    );
    if (stop.signal.aborted) return HANDED_BACK;
    return counts.failed + counts.diverged > 0 ? EXIT.failed : EXIT.done;
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
