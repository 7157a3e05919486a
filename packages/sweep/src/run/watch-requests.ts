import { setTimeout as sleep } from 'node:timers/promises';
import { pendingRequests, type Db } from '@sae-lab/db';

const POLL_MS = 1000;

/** What readers ask of sweeps and runs while this process works on them. */
export interface RequestWatch {
  /** Aborts once the sweep is cancelled. */
  readonly sweepCancelled: AbortSignal;
  /**
   * Watches one run, as long as this process trains it.
   *
   * @param onCancel called once, when the run is cancelled
   */
  ofRun(runId: number, onCancel: () => void): { readonly asked: boolean; close(): void };
  /** Watches one sweep, as long as this process works for it. Its signal aborts once the sweep is cancelled. */
  ofSweep(sweepId: number): { readonly cancelled: AbortSignal; close(): void };
  close(): Promise<void>;
}

/**
 * Looks once a second for requests to cancel. They are columns in the database, not notifications: a request that is made
 * while nobody listens still counts, and poolers need no special mode. If the database is gone, the writes of the runs
 * report it.
 *
 * @param sweepId undefined: this process works for many sweeps, and says for which ones
 */
export function watchRequests(db: Db, sweepId?: number): RequestWatch {
  const sweep = new AbortController();
  const closed = new AbortController();
  const watched = new Map<number, () => void>();
  const watchedSweeps = new Set(sweepId === undefined ? [] : [{ id: sweepId, cancelled: sweep }]);
  const look = async (): Promise<void> => {
    const { cancelRuns, cancelSweeps } = await pendingRequests(
      db,
      [...watchedSweeps].map(({ id }) => id),
      [...watched.keys()],
    );
    // Runs first: what stops with the sweep then counts as cancelled, not as interrupted.
    for (const runId of cancelRuns) {
      watched.get(runId)?.();
      watched.delete(runId);
    }
    for (const { id, cancelled } of watchedSweeps) if (cancelSweeps.includes(id)) cancelled.abort();
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
    ofSweep(id) {
      const own = { id, cancelled: new AbortController() };
      watchedSweeps.add(own);
      return { cancelled: own.cancelled.signal, close: () => void watchedSweeps.delete(own) };
    },
    close() {
      closed.abort();
      return watching;
    },
  };
}
