import { EXIT_OF_SIGNAL } from '@sae-lab/command-line';
import type { TrainingSignals } from '../run/train-runs.ts';

type Signal = keyof typeof EXIT_OF_SIGNAL;

const SIGNALS = Object.keys(EXIT_OF_SIGNAL) as Signal[];

export interface Interrupts {
  readonly signals: TrainingSignals;
  /** As a shell has it for the first signal, e.g. 130 for Ctrl-C; undefined if there was none. */
  readonly exitCode: () => number | undefined;
  close(): void;
}

/**
 * Listens while there is something to end in order; without a listener a signal ends the process at once. The first
 * asks for an orderly end, the second kills the worker processes, the third ends this process where it stands. A
 * closed terminal only ever asks: it may send its signal several times.
 */
export function listenForInterrupts(say: (line: string) => void): Interrupts {
  const stop = new AbortController();
  const kill = new AbortController();
  let code: number | undefined;
  const onSignal = (signal: Signal): void => {
    const own = EXIT_OF_SIGNAL[signal];
    if (!stop.signal.aborted) {
      code = own;
      say('Stopping after the current step and saving checkpoints. Press Ctrl-C again to kill the workers.');
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
