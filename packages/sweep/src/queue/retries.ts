import type { AttemptEnd, AttemptReason, RunAttempt } from '@sae-lab/db';
import type { ErrorJson } from '../worker/protocol.ts';
import { endedBySignal } from '../worker/worker.ts';

/** How often a run is tried again after it was lost, or lacked disk or memory. Preemptions do not count. */
export const MOST_RETRIES = 5;

/** Before the second try. As long as any job waits that was given back. */
const FIRST_PAUSE_SECONDS = 2;

const COUNTED: readonly (AttemptReason | null)[] = ['lost', 'disk', 'out-of-memory'];

/** After these, the run is tried only if somebody asks for it. */
const ENDS: readonly AttemptReason[] = ['failed', 'diverged', 'cancelled'];

const DISK = ['files.disk-full', 'activations.no-space', 'db.disk-full'];
const MEMORY = ['kernels.out-of-memory', 'db.out-of-memory'];
const LOST = ['run.taken-over', 'run.worker-not-started', 'db.connection-lost'];
/** Signals by which the system ends a process that takes too much memory, and V8 itself. */
const MEMORY_SIGNALS = ['SIGKILL', 'SIGABRT'];

/** Why a run failed, if another attempt may succeed; undefined for errors that would come again, e.g. of the code. */
export function retryableCause(error: ErrorJson): AttemptReason | undefined {
  const { code } = error;
  if (DISK.includes(code)) return 'disk';
  if (MEMORY.includes(code)) return 'out-of-memory';
  if (LOST.includes(code)) return 'lost';
  const signal = endedBySignal(error);
  return signal !== undefined && MEMORY_SIGNALS.includes(signal) ? 'out-of-memory' : undefined;
}

/** How a failed attempt ends if its run is tried again; undefined if that would not help, or was done too often. */
export function retryOf(error: ErrorJson, earlier: readonly RunAttempt[]): AttemptEnd | undefined {
  const reason = retryableCause(error);
  if (reason === undefined || retriesOf(earlier) >= MOST_RETRIES) return undefined;
  return { reason, error };
}

/** How often a run was tried again since it last failed, or was cancelled. An attempt that never ended is lost. */
export function retriesOf(attempts: readonly RunAttempt[]): number {
  const last = attempts.findLastIndex(({ reason }) => reason !== null && ENDS.includes(reason));
  return attempts.slice(last + 1).filter(({ reason }) => COUNTED.includes(reason ?? 'lost')).length;
}

/**
 * Seconds before a run is tried again whose last attempt lacked disk or memory: twice as many each time. What took them may
 * be gone by then.
 */
export function pauseAfter(attempts: readonly RunAttempt[]): number {
  const lacked = attempts.findLastIndex(({ reason }) => reason === 'disk' || reason === 'out-of-memory');
  if (lacked === -1 || lacked < attempts.length - 1) return 0;
  return FIRST_PAUSE_SECONDS * 2 ** (retriesOf(attempts) - 1);
}

/**
 * Threads for the next attempt: half as many for each time that the memory was exhausted. Each thread holds a slab of
 * pre-activations, and the weights do not depend on the number of threads.
 */
export function threadsAfter(attempts: readonly RunAttempt[], threads: number): number {
  const exhausted = attempts.filter(({ reason }) => reason === 'out-of-memory').length;
  return Math.max(1, Math.floor(threads / 2 ** exhausted));
}
