import { setTimeout as sleep } from 'node:timers/promises';
import { pendingRequests, type Db } from '@sae-lab/db';

const POLL_MS = 1000;

/** What readers ask of a sweep while this process works on it. */
export interface RequestWatch {
  /** Aborts once the sweep is cancelled. */
  readonly sweepCancelled: AbortSignal;
  /**
   * Watches one run, as long as this process trains it.
   *
   * @param onCancel called once, when the run is cancelled
   */
  ofRun(runId: number, onCancel: () => void): { readonly asked: boolean; close(): void };
  close(): Promise<void>;
}

/**
 * Looks once a second for requests to cancel. They are columns in the database, not notifications: a request that is made
 * while nobody listens still counts, and poolers need no special mode. If the database is gone, the writes of the runs
 * report it.
 *
 * @param sweepId undefined: this process trains runs of many sweeps, and watches these runs alone
 */
export function watchRequests(db: Db, sweepId?: number): RequestWatch {
  const sweep = new AbortController();
  const closed = new AbortController();
  const watched = new Map<number, () => void>();
  const look = async (): Promise<void> => {
    const { cancelRuns, cancelSweep } = await pendingRequests(db, sweepId, [...watched.keys()]);
    // Runs first: what stops with the sweep then counts as cancelled, not as interrupted.
    for (const runId of cancelRuns) {
      watched.get(runId)?.();
      watched.delete(runId);
    }
    if (cancelSweep) sweep.abort();
  };
  const watching = (async (): Promise<void> => {
    while (!closed.signal.aborted) {
      await look().catch(() => {});
      await sleep(POLL_MS, undefined, { signal: closed.signal }).catch(() => {});
    }
  })();
  return {
    sweepCancelled: sweep.signal,
    ofRun(runId, onCancel) {
      let asked = false;
      watched.set(runId, () => {
        asked = true;
        onCancel();
      });
      return {
        get asked() {
          return asked;
        },
        close: () => void watched.delete(runId),
      };
    },
    close() {
      closed.abort();
      return watching;
    },
  };
}
