import { setTimeout as sleep } from 'node:timers/promises';
import { SaeLabError } from '@sae-lab/errors';

/** How long a process that woke up waits for its parent, which may have woken up later or be busy. */
const PATIENCE_MS = 10_000;

/**
 * The time until which a worker process may write files of its run. Its parent extends it while it knows that nobody else
 * has taken the run over. Both may be suspended at any moment, so the process checks the clock, not the parent's words.
 */
export class Lease {
  #until: bigint | undefined;
  #extended = Promise.withResolvers<void>();

  /** @param until on the clock of {@link now}. A lease that was never extended has no end. */
  extend(until: bigint): void {
    this.#until = until;
    this.#extended.resolve();
    this.#extended = Promise.withResolvers();
  }

  get isOver(): boolean {
    return this.#until !== undefined && now() > this.#until;
  }

  /**
   * Resolves while files may be written, which a lease that is over waits for.
   *
   * @throws {SaeLabError} `run.taken-over` if the parent does not extend the lease
   */
  async valid(): Promise<void> {
    const patience = new AbortController();
    const late = sleep(PATIENCE_MS, 'late', { signal: patience.signal }).catch(() => 'late');
    try {
      while (this.isOver) {
        if ((await Promise.race([this.#extended.promise, late])) === 'late') throw takenOver();
      }
    } finally {
      patience.abort();
    }
  }
}

/** Nanoseconds on the monotonic clock of this machine, which its processes share. */
export function now(): bigint {
  return process.hrtime.bigint();
}

export function takenOver(cause?: unknown): SaeLabError {
  return new SaeLabError('run.taken-over', {
    problem: 'this process was silent for too long, so another one may have taken its runs over',
    fix: 'Nothing: the runs continue elsewhere. Start the command again.',
    cause,
  });
}
