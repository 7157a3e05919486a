import { setTimeout as sleep } from 'node:timers/promises';
import { runsByHashes, type Claims, type Db, type RunStatus } from '@sae-lab/db';
import type { PlannedRun } from '../plan/sweep-plan.ts';
import type { RunLabel } from '../report/events.ts';

/** A planned run with the id of its row in the database. */
export interface QueuedRun extends PlannedRun {
  readonly runId: number;
  readonly label: RunLabel;
}

export interface RunQueue {
  /** The next run, claimed for this process; undefined if none is left. */
  take(): Promise<TakenRun | undefined>;
}

export interface TakenRun extends QueuedRun {
  /** Whether a finished run is retrained because its files are missing. */
  readonly again: boolean;
}

interface QueueOptions {
  readonly db: Db;
  readonly claims: Claims;
  readonly signal: AbortSignal;
  /** Whether a run of this status needs no training. */
  readonly isDone?: (run: QueuedRun, status: RunStatus) => boolean | Promise<boolean>;
}

const POLL_MS = 1000;

/**
 * Hands out runs in order. A run that another process trains moves to the end. The queue waits until that process
 * finishes it, and then calls `onFinishedElsewhere`, or until that process is gone, and then hands the run out.
 */
export function runQueue(
  runs: readonly QueuedRun[],
  { db, claims, signal, isDone = (_, status) => status === 'finished' }: QueueOptions,
  onFinishedElsewhere: (run: QueuedRun) => void,
): RunQueue {
  const waiting = [...runs];
  return {
    async take() {
      let claimedByOthers = 0;
      while (!signal.aborted) {
        const run = waiting.shift();
        if (run === undefined) return undefined;
        if (!(await claims.claim(run.runId))) {
          waiting.push(run);
          claimedByOthers += 1;
          if (claimedByOthers >= waiting.length) {
            await sleep(POLL_MS, undefined, { signal }).catch(() => {});
            claimedByOthers = 0;
          }
          continue;
        }
        const [stored] = await runsByHashes(db, [run.runHash]);
        if (stored === undefined || !(await isDone(run, stored.status))) {
          return { ...run, again: stored?.status === 'finished' };
        }
        await claims.release(run.runId);
        onFinishedElsewhere(run);
      }
      return undefined;
    },
  };
}
