import { EXIT_OF_SIGNAL } from '@sae-lab/command-line';
import type { TrainingSignals } from '../run/train-runs.ts';

type Signal = keyof typeof EXIT_OF_SIGNAL;

const SIGNALS = Object.keys(EXIT_OF_SIGNAL) as Signal[];

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
 */
export function listenForStops(
  say: (line: string) => void,
  message = 'Stopping after the current step and saving checkpoints. Press Ctrl-C again to kill the workers.',
): StopSignals {
  const stop = new AbortController();
  const kill = new AbortController();
  let code: number | undefined;
  const onSignal = (signal: Signal): void => {
    const own = EXIT_OF_SIGNAL[signal];
    if (!stop.signal.aborted) {
      code = own;
      say(message);
      return stop.abort();
    }
    if (signal === 'SIGHUP') return;
    if (kill.signal.aborted) process.exit(own);
    kill.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signals: { stop: stop.signal, kill: kill.signal },
    exitCode: () => code,
    close() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
