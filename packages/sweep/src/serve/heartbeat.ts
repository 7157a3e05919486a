import { beatWorker, silentSeconds, type Claims } from '@sae-lab/db';
import type { AnyJob, JobQueue } from '../queue/job-queue.ts';
import type { LeaseSource } from '../run/train-runs.ts';
import { now, takenOver } from '../worker/lease.ts';

/** Says every few seconds that a worker lives, and knows until when its runs are certainly its own. */
export interface Heartbeat extends LeaseSource {
  /** Whether the runs may belong to others by now. */
  readonly isLost: boolean;
  stop(): Promise<void>;
}

interface Parts {
  readonly claims: Claims;
  readonly workerId: number;
  readonly queue: JobQueue;
  /** The jobs that the worker has taken. */
  readonly jobs: ReadonlySet<AnyJob>;
}

/**
 * A worker speaks several times before it counts as dead. Its processes stop writing files (the lease) before others may
 * take its runs over.
 */
function timesFor(silent: number): { everyMs: number; leaseNs: bigint } {
  return { everyMs: silent * 200, leaseNs: (BigInt(silent) * 11_000_000_000n) / 15n };
}

/**
 * @param onLost called once, if the worker can no longer say that it lives, or was silent for so long that others may have
 *   taken its runs over
 */
export async function startHeartbeat(
  { claims, workerId, queue, jobs }: Parts,
  onLost: (error: unknown) => void,
): Promise<Heartbeat> {
  const { everyMs, leaseNs } = timesFor(silentSeconds());
  const listeners = new Set<(until: bigint) => void>();
  let until = 0n;
  let lost = false;
  const beat = async (): Promise<void> => {
    // From before the question: the answer may have been on its way for long.
    const asked = now();
    await beatWorker(claims, workerId);
    until = asked + leaseNs;
    for (const listener of listeners) listener(until);
    await queue.beat(jobs);
  };
  const lose = (error: unknown): void => {
    if (lost) return;
    lost = true;
    clearInterval(timer);
    onLost(error);
  };
  await beat();
  let beating: Promise<void> | undefined;
  const timer = setInterval(() => {
    // A connection over a cut cable never answers.
    if (now() > until) return lose(takenOver());
    beating ??= beat()
      .catch(lose)
      .finally(() => (beating = undefined));
  }, everyMs);
  return {
    get until() {
      return until;
    },
    get isLost() {
      return lost;
    },
    onExtended(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async stop() {
      clearInterval(timer);
      await beating;
    },
  };
}
