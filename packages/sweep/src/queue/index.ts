/** The queue of runs, for benchmarks. */
export { openJobQueue, type JobQueue } from './job-queue.ts';
export type { TrainInvitation } from './queues.ts';
