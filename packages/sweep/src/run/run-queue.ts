import { setTimeout as sleep } from 'node:timers/promises';
import { requeuedRuns, runsByHashes, type Claims, type Db, type RunStatus } from '@sae-lab/db';
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
  /** Called when a run that was taken has ended and its claim is released: from then on a reader can have it retried. */
  ended(run: Pick<TrainableRun, 'runId'>): void;
}

export interface TakenRun extends QueuedRun, TrainableRun {}

interface QueueOptions {
  readonly db: Db;
  readonly claims: Claims;
  readonly signal: AbortSignal;
  /** Whether a run of this status needs no training. */
  readonly isDone?: (run: QueuedRun, status: RunStatus) => boolean | Promise<boolean>;
  /** Further runs that are trained only if a reader puts them back. */
  readonly others?: readonly QueuedRun[];
  /** Called for a run that a reader put back. */
  readonly onRequeued?: (run: QueuedRun) => void;
}

const POLL_MS = 1000;

/**
 * Hands out runs in order. A run that another process trains moves to the end. The queue waits until that process
 * finishes it, or until that process is gone, and then hands the run out. Runs that readers put back come last.
 *
 * @param onDone called for a run that turned out to be done when its turn came
 */
export function runQueue(
  runs: readonly QueuedRun[],
  {
    db,
    claims,
    signal,
    isDone = (_, status) => status === 'finished',
    others = [],
    onRequeued,
  }: QueueOptions,
  onDone: (run: QueuedRun, status: RunStatus) => void,
): RunQueue {
  const waiting = [...runs];
  /** Runs that were handed out and have not ended. */
  const underWay = new Set<number>();
  const putBack = async (): Promise<void> => {
    const candidates = [...runs, ...others].filter(({ runId }) => !underWay.has(runId));
    const asked = new Set(
      await requeuedRuns(
        db,
        candidates.map(({ runId }) => runId),
      ),
    );
    for (const run of candidates) {
      // Another slot of this process may have done the same in the meantime.
      if (!asked.has(run.runId) || underWay.has(run.runId) || waiting.includes(run)) continue;
      waiting.push(run);
      onRequeued?.(run);
    }
  };
  /** Claims the first waiting run, unless another process trains it: then it moves to the end. */
  const tryFirst = async (): Promise<TakenRun | 'claimed by others' | 'done'> => {
    const run = waiting.shift() as QueuedRun;
    underWay.add(run.runId);
    if (!(await claims.claim(run.runId))) {
      underWay.delete(run.runId);
      waiting.push(run);
      return 'claimed by others';
    }
    const [stored] = await runsByHashes(db, [run.runHash]);
    if (stored === undefined || !(await isDone(run, stored.status))) {
      return { ...run, again: stored?.status === 'finished' };
    }
    await claims.release(run.runId);
    underWay.delete(run.runId);
    onDone(run, stored.status);
    return 'done';
  };
  const take = async (): Promise<TakenRun | undefined> => {
    let claimedByOthers = 0;
    while (!signal.aborted) {
      if (waiting.length === 0) await putBack();
      if (waiting.length === 0) return undefined;
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
    ended: ({ runId }) => void underWay.delete(runId),
  };
}
