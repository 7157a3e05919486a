import type { AnyJob, JobQueue } from '../queue/job-queue.ts';
import { isTraining, type TrainingJob } from './prepare-run.ts';
import type { OfferedJobs } from './offered-jobs.ts';

/** A queue that hands out offered runs once it has no invitation left. */
export function withOffers(queue: JobQueue, offered: OfferedJobs): JobQueue {
  const isOffered = (job: AnyJob): job is TrainingJob => isTraining(job) && offered.has(job);
  const end = (job: AnyJob, otherwise: () => Promise<void>): Promise<void> => {
    if (!isOffered(job)) return otherwise();
    offered.done(job);
    return Promise.resolve();
  };
  return {
    ...queue,
    take: async (queues, except) => (await queue.take(queues, except)) ?? (await offered.take(queues)),
    beat: (jobs) => queue.beat([...jobs].filter((job) => !isOffered(job))),
    done: (job) => end(job, () => queue.done(job)),
    // A reader who wants the run again asks the sweep.
    keep: (job) => end(job, () => queue.keep(job)),
    async giveBack(job, why) {
      if (isOffered(job)) offered.giveBack(job, why);
      else await queue.giveBack(job, why);
    },
    outstanding: async (queues, except) =>
      (await queue.outstanding(queues, except)) + (await offered.outstanding(queues)),
  };
}
