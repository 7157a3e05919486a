import type { TrainingSignals } from '../run/train-runs.ts';

/**
 * Ctrl-C (and SIGTERM): the first asks for an orderly end, the second kills the worker processes, the third ends
 * this process where it stands.
 */
export function listenForInterrupts(say: (line: string) => void): {
  signals: TrainingSignals;
  close(): void;
} {
  const stop = new AbortController();
  const kill = new AbortController();
  const onSignal = (): void => {
    if (kill.signal.aborted) process.exit(130);
    if (stop.signal.aborted) return kill.abort();
    say('Stopping: runs under way write a checkpoint. Once more kills them.');
    stop.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signals: { stop: stop.signal, kill: kill.signal },
    close() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
