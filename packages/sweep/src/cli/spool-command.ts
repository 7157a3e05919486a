import { availableParallelism } from 'node:os';
import { EXIT, PROJECT_ROOT } from '@sae-lab/command-line';
import { runSpool } from '../spool/run-spool.ts';
import { probeDevice } from '../worker/probe-device.ts';
import type { WorkerOptions } from './worker-options.ts';

/** Signals after which a worker writes a checkpoint and ends. Slurm sends SIGUSR1 before the time of a job ends. */
const SIGNALS = ['SIGTERM', 'SIGUSR1', 'SIGINT', 'SIGHUP'] as const;
/** A worker that was asked to end has left runs to others. */
const HANDED_BACK = 143;

/**
 * Trains the runs of a spool.
 *
 * @param listening called once signals are listened to
 * @returns the exit code: 143 after a signal, 1 if a run failed or diverged
 */
export async function spoolCommand(
  folder: string,
  {
    device: asked,
    threads,
    checkpointSeconds,
  }: Pick<WorkerOptions, 'device' | 'threads' | 'checkpointSeconds'>,
  listening: () => void,
): Promise<number> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  listening();
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
