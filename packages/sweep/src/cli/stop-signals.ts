import { EXIT_OF_SIGNAL, type ExitCode } from '@sae-lab/command-line';
import type { TrainingSignals } from '../run/train-runs.ts';

export interface StopSignals {
  readonly signals: TrainingSignals;
  /** Exit code for the first signal, e.g. 130 for Ctrl-C; undefined if there was none. */
  readonly exitCode: () => number | undefined;
  close(): void;
}

/**
 * Listens for signals while there is something to save; without a listener, a signal ends the process at once. The
 * first signal stops the sweep, the second kills the worker processes, the third ends this process. SIGHUP only ever
 * stops, because a closed terminal may send it several times.
 *
 * @param others further signals that stop, with the exit code of each
 */
export function listenForStops(
  say: (line: string) => void,
  message = 'Stopping after the current step and saving checkpoints. Press Ctrl-C again to kill the workers.',
  others: Readonly<Partial<Record<NodeJS.Signals, ExitCode>>> = {},
): StopSignals {
  const codes: Readonly<Partial<Record<NodeJS.Signals, ExitCode>>> = { ...EXIT_OF_SIGNAL, ...others };
  const names = Object.keys(codes) as NodeJS.Signals[];
  const stop = new AbortController();
  const kill = new AbortController();
  let code: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const own = codes[signal];
    if (!stop.signal.aborted) {
      code = own;
      say(message);
      return stop.abort();
    }
    if (signal === 'SIGHUP') return;
    if (kill.signal.aborted) process.exit(own);
    kill.abort();
  };
  for (const signal of names) process.on(signal, onSignal);
  return {
    signals: { stop: stop.signal, kill: kill.signal },
    exitCode: () => code,
    close() {
      for (const signal of names) process.off(signal, onSignal);
    },
  };
}
