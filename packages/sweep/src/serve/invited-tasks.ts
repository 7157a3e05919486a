import { setTimeout as sleep } from 'node:timers/promises';
import { hashesOfRequeuedRuns, queuedSweepsOf, runById, type Claims, type Database } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import type { AnyJob, JobQueue } from '../queue/job-queue.ts';
import type { QueueName } from '../queue/queues.ts';
import type { TaskSource, TrainingTask } from '../run/task-source.ts';
import { errorJson } from '../worker/error-json.ts';
import type { ServedCounts, ServeEvent } from './events.ts';
import { endOfRuns } from './end-of-runs.ts';
import { LeftJobs } from './left-jobs.ts';
import { isTraining, isTrainingQueue, type PreparedRun, type TrainingJob } from './prepare-run.ts';

export interface Invited {
  readonly database: Database;
  readonly claims: Claims;
  readonly queue: JobQueue;
  readonly queues: readonly QueueName[];
  /** The jobs that this worker has taken. */
  readonly jobs: Set<AnyJob>;
  readonly counts: ServedCounts;
  /** How long to wait for work; undefined to end once everything is done, by whomever. */
  readonly idleSeconds: number | undefined;
  readonly report: (event: ServeEvent) => void;
  /** Claims and prepares a run; undefined if it is over, or somebody else trains it. */
  prepare(job: TrainingJob): Promise<PreparedRun | 'over' | 'taken' | 'waits'>;
  /** Does a job that is not a run. */
  perform(job: Exclude<AnyJob, TrainingJob>): Promise<void>;
}

const POLL_MS = 1000;
/** Errors of this machine or its connection, which every other job would meet too. */
const FATAL = /^(db\.|files\.|store\.|activations\.no-space$|run\.(taken-over|stopped)$)/;

/**
 * Runs that others have put into the queues, as tasks for this process. Other jobs are done in between.
 *
 * @returns also why there is no more work; undefined if the tasks were stopped
 */
export function invitedTasks(
  invited: Invited,
  signal: AbortSignal,
): TaskSource & { why(): string | undefined } {
  const { claims, queue, jobs, counts, report } = invited;
  const { db } = invited.database;
  const taken = new Map<number, TrainingJob>();
  const left = new LeftJobs();
  let why: string | undefined;
  let idleSince = performance.now();
  let saidWaiting = false;
  /** Aborted by an error that ends the worker. */
  const broken = new AbortController();
  const ending = AbortSignal.any([signal, broken.signal]);

  const finish = async (job: AnyJob, ended: Promise<void>): Promise<void> => {
    await ended;
    jobs.delete(job);
  };
  /** A run is over. The job goes last: if this process dies before, it comes again. */
  const over = async (job: TrainingJob): Promise<void> => {
    const { runId } = job.data.label;
    await endOfRuns(invited, job.data, await queuedSweepsOf(db, [runId]));
    const run = await runById(db, runId);
    const mayComeBack = run !== undefined && run.status !== 'finished';
    await finish(job, mayComeBack ? queue.keep(job) : queue.done(job));
  };
  /** Puts back the invitations of runs that readers retry. */
  const inviteRetried = async (): Promise<boolean> => {
    const training = invited.queues.filter(isTrainingQueue);
    return (await queue.inviteAgain(training, await hashesOfRequeuedRuns(db))) > 0;
  };
  const leave = async (job: AnyJob, error: unknown): Promise<void> => {
    if (signal.aborted) return finish(job, queue.giveBack(job, 'the worker ended'));
    if (!(error instanceof SaeLabError) || FATAL.test(error.code)) {
      broken.abort();
      await finish(job, queue.giveBack(job, 'the worker ended')).catch(() => {});
      throw error;
    }
    if (left.add(job, error.code)) {
      counts.left += 1;
      const run = isTraining(job) ? { run: job.data.label } : {};
      report({ type: 'worker.left', queue: job.queue, ...run, error: errorJson(error) });
    }
    await finish(job, queue.giveBack(job, error.code));
  };

  /** The next job; undefined if this worker ends. */
  const next = async (): Promise<AnyJob | undefined> => {
    while (!ending.aborted) {
      const job = await queue.take(invited.queues, left.groups);
      if (job !== undefined) {
        jobs.add(job);
        saidWaiting = false;
        return job;
      }
      if (await inviteRetried()) continue;
      const outstanding = await queue.outstanding(invited.queues, left.groups);
      if (jobs.size > 0) idleSince = performance.now();
      const idle = (performance.now() - idleSince) / 1000;
      if (invited.idleSeconds !== undefined && idle >= invited.idleSeconds) {
        why = `there was nothing to do for ${invited.idleSeconds} s`;
        return undefined;
      }
      if (invited.idleSeconds === undefined && outstanding === 0) {
        why = counts.left > 0 ? 'only runs that this machine cannot train are left' : 'its queues are empty';
        return undefined;
      }
      if (!saidWaiting && jobs.size === 0) {
        saidWaiting = true;
        report({ type: 'worker.waiting', outstanding });
      }
      await sleep(POLL_MS, undefined, { signal: ending }).catch(() => {});
    }
    return undefined;
  };

  const accept = async (job: TrainingJob): Promise<TrainingTask | undefined> => {
    const { runId } = job.data.label;
    const prepared = await invited.prepare(job);
    if (typeof prepared === 'object') {
      taken.set(runId, job);
      idleSince = performance.now();
      return prepared.task;
    }
    if (prepared !== 'over') {
      await finish(job, queue.giveBack(job, prepared));
      return undefined;
    }
    await over(job);
    return undefined;
  };

  return {
    why: () => why,
    async take() {
      for (let job = await next(); job !== undefined; job = await next()) {
        try {
          if (isTraining(job)) {
            const task = await accept(job);
            if (task !== undefined) return task;
          } else {
            await invited.perform(job);
            await finish(job, queue.done(job));
            idleSince = performance.now();
          }
        } catch (error) {
          await leave(job, error);
        }
      }
      return undefined;
    },
    async ended({ run }, result) {
      const job = taken.get(run.runId)!;
      taken.delete(run.runId);
      await claims.release(run.runId);
      if (result.status === 'interrupted' && (await runById(db, run.runId))?.status === 'cancelled') {
        counts.cancelled += 1;
        return over(job);
      }
      if (result.status === 'interrupted') {
        counts.handedBack += 1;
        const { reason = 'interrupted', error } = result.end ?? {};
        report({ type: 'worker.handed-back', run: run.label, reason, ...(error !== undefined && { error }) });
        return finish(job, queue.giveBack(job, reason));
      }
      if (result.status !== 'paused') counts[result.status] += 1;
      await over(job);
    },
  };
}
