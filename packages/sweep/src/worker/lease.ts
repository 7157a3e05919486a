import { SaeLabError } from '@sae-lab/errors';

/**
 * The time until which a worker process may write files of its run. Its parent extends it while it knows that nobody else
 * has taken the run over. Both may be suspended at any moment, so the process checks the clock, not the parent's words.
 */
export class Lease {
  #until: bigint | undefined;

  /** @param until on the clock of {@link now}. A lease that was never extended has no end. */
  extend(until: bigint): void {
    this.#until = until;
  }

  get isOver(): boolean {
    return this.#until !== undefined && now() > this.#until;
  }

  /** @throws {SaeLabError} `run.taken-over` */
  check(): void {
    if (this.isOver) throw takenOver();
  }
}

/** Nanoseconds on the monotonic clock of this machine, which its processes share. */
export function now(): bigint {
  return process.hrtime.bigint();
}

export function takenOver(cause?: unknown): SaeLabError {
  return new SaeLabError('run.taken-over', {
    problem: 'the worker was silent for too long, so another one may have taken the run over',
    fix: 'Nothing: the run continues elsewhere. Start the worker again.',
    cause,
  });
}
