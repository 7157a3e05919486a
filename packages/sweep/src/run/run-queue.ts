import { setTimeout as sleep } from 'node:timers/promises';
import { runsByHashes, type Claims, type Db, type RunStatus } from '@sae-lab/db';
import type { PlannedRun } from '../plan/sweep-plan.ts';
import type { RunLabel } from '../report/events.ts';

/** A run with the id of its row in the database: all that training it takes, but its variant and activations. */
export interface TrainableRun extends Pick<PlannedRun, 'spec' | 'runHash'> {
  readonly runId: number;
  readonly label: RunLabel;
  /** Whether a finished run is retrained because its files are missing. */
  readonly again: boolean;
}

/** A planned run with the id of its row in the database. */
export interface QueuedRun extends PlannedRun, Omit<TrainableRun, 'again'> {}

export interface RunQueue {
  /** The next run, claimed for this process; undefined if none is left. */
  take(): Promise<TakenRun | undefined>;
  /** Every run that no other process trains, claimed for this process, after at least one is found. Empty if none is left. */
  takeAll(): Promise<TakenRun[]>;
}

export interface TakenRun extends QueuedRun, TrainableRun {}

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
  /** Claims the first waiting run, unless another process trains it: then it moves to the end. */
  const tryFirst = async (): Promise<TakenRun | 'claimed by others' | 'finished elsewhere'> => {
    const run = waiting.shift() as QueuedRun;
    if (!(await claims.claim(run.runId))) {
      waiting.push(run);
      return 'claimed by others';
    }
    const [stored] = await runsByHashes(db, [run.runHash]);
    if (stored === undefined || !(await isDone(run, stored.status))) {
      return { ...run, again: stored?.status === 'finished' };
    }
    await claims.release(run.runId);
    onFinishedElsewhere(run);
    return 'finished elsewhere';
  };
  const take = async (): Promise<TakenRun | undefined> => {
    let claimedByOthers = 0;
    while (!signal.aborted && waiting.length > 0) {
      const tried = await tryFirst();
      if (typeof tried === 'object') return tried;
      if (tried !== 'claimed by others') continue;
      claimedByOthers += 1;
      if (claimedByOthers >= waiting.length) {
        await sleep(POLL_MS, undefined, { signal }).catch(() => {});
        claimedByOthers = 0;
      }
    }
    return undefined;
  };
  return {
    take,
    async takeAll() {
      const first = await take();
      if (first === undefined) return [];
      const taken = [first];
      for (let left = waiting.length; left > 0 && !signal.aborted; left--) {
        const tried = await tryFirst();
        if (typeof tried === 'object') taken.push(tried);
      }
      return taken;
    },
  };
}
