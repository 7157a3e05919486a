import { isEvaluationEvent, type SweepEvent } from './events.ts';

/** The progress of a sweep, derived from its events. */
export interface SweepProgress {
  add(event: SweepEvent): void;
  /** The number of runs to train in this call. */
  readonly total: number;
  /** Of these, the runs that ended. Interrupted runs did not. */
  readonly done: number;
  readonly interrupted: number;
  /** Runs done, counting running and interrupted runs by their fraction. */
  readonly runsDone: number;
  /** Summed over the running runs. */
  readonly tokensPerSecond: number;
  /** Null until it can be estimated. */
  readonly secondsLeft: number | null;
}

/** The share of the runs from which the time left is estimated. */
const LEAST_DONE = 0.01;

export function trackSweep(now: () => number = () => performance.now()): SweepProgress {
  const underWay = new Map<string, { fraction: number; tokensPerSecond: number }>();
  let [total, done, interrupted, partly] = [0, 0, 0, 0];
  // The time left is estimated from training alone, not from making activations.
  let since: number | undefined;

  const sumOf = (value: (run: { fraction: number; tokensPerSecond: number }) => number): number =>
    [...underWay.values()].reduce((sum, run) => sum + value(run), 0);
  const progress = {
    get total() {
      return total;
    },
    get done() {
      return done;
    },
    get interrupted() {
      return interrupted;
    },
    get runsDone() {
      return done + partly + sumOf(({ fraction }) => fraction);
    },
    get tokensPerSecond() {
      return sumOf(({ tokensPerSecond }) => tokensPerSecond);
    },
    get secondsLeft() {
      const { runsDone } = progress;
      // The first steps of the first runs, which start up and compile, say little.
      if (since === undefined || runsDone === 0 || runsDone < total * LEAST_DONE) return null;
      return (((now() - since) / 1000) * (total - runsDone)) / runsDone;
    },
    add(event: SweepEvent) {
      if (isEvaluationEvent(event)) return;
      switch (event.type) {
        case 'sweep.started':
          total = event.toRun;
          return;
        case 'activations.finished':
          since = now();
          return;
        case 'run.started':
          // Of a sweep that workers train, or whose activations are streamed, nothing else says when training begins.
          since ??= now();
          return;
        case 'run.progress': {
          const { step, totalSteps, tokensPerSecond } = event;
          underWay.set(event.runHash, { fraction: step / totalSteps, tokensPerSecond });
          return;
        }
        case 'run.interrupted':
          interrupted += 1;
          partly += underWay.get(event.runHash)?.fraction ?? 0;
          underWay.delete(event.runHash);
          return;
        case 'run.diverged':
        case 'run.cancelled':
          if (event.earlier) return;
          break;
        case 'run.requeued':
          total += 1;
          return;
        case 'run.skipped':
          // A run skipped before training starts was not to be trained. Later, another process has finished it.
          if (since === undefined) return;
          break;
        case 'run.finished':
        case 'run.failed':
          break;
        case 'run.paused': {
          const paused = underWay.get(event.runHash);
          if (paused !== undefined) underWay.set(event.runHash, { ...paused, tokensPerSecond: 0 });
          return;
        }
        case 'activations.store':
        case 'activations.started':
        case 'activations.progress':
        case 'activations.warning':
        case 'run.warning':
        case 'download.progress':
        case 'sweep.warning':
        case 'sweep.stopping':
        case 'sweep.finished':
        case 'worker.output':
          return;
      }
      done += 1;
      underWay.delete(event.runHash);
    },
  };
  return progress;
}
