import type { ErrorCode } from '@sae-lab/errors';
import { groupOf, type AnyJob } from '../queue/job-queue.ts';

/** Faults of a network that may pass while the worker lives. */
const PASSING: readonly ErrorCode[] = ['hub.unreachable', 'hub.unavailable', 'hub.rate-limited'];
/** Before a job is tried again after such a fault. */
const PAUSE_MS = 60_000;

/** Jobs that this worker leaves to others. */
export class LeftJobs {
  /** Groups of jobs, and until when they are left. */
  readonly #until = new Map<string, number>();
  readonly #now: () => number;

  /** @param now milliseconds on a clock that is never set */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @returns whether the job is left for the first time */
  add(job: Pick<AnyJob, 'queue' | 'key'>, code: ErrorCode): boolean {
    const group = groupOf(job);
    const isNew = !this.#until.has(group);
    this.#until.set(group, PASSING.includes(code) ? this.#now() + PAUSE_MS : Infinity);
    return isNew;
  }

  /** The groups of the jobs that are left now. */
  get groups(): ReadonlySet<string> {
    const now = this.#now();
    return new Set([...this.#until].filter(([, until]) => until > now).map(([group]) => group));
  }
}
