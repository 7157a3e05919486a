import { hostname } from 'node:os';
import {
  attemptsOfRun,
  registerWorker,
  sweepById,
  type AttemptEnd,
  type Claims,
  type Database,
} from '@sae-lab/db';
import type { ChosenDevice } from '@sae-lab/kernels';
import { thisMachine, workersOf } from '../plan/machine.ts';
import { openJobQueue, type AnyJob, type JobQueue } from '../queue/job-queue.ts';
import type { QueueName } from '../queue/queues.ts';
import { retryOf } from '../queue/retries.ts';
import type { AttemptEnds } from '../run/end-of-attempt.ts';
import { removeOffersOfTheDead } from '../run/offer-runs.ts';
import { gatherProvenance } from '../run/provenance.ts';
import type { TrainableRun } from '../run/run-queue.ts';
import { trainRuns, type TrainingSignals } from '../run/train-runs.ts';
import { watchRequests } from '../run/watch-requests.ts';
import { whileClaimed } from '../run/while-claimed.ts';
import type { SharedFiles } from '../shared/shared-files.ts';
import { errorJson } from '../worker/error-json.ts';
import { takenOver } from '../worker/lease.ts';
import type { ErrorJson } from '../worker/protocol.ts';
import { evaluateInvited } from './evaluate-invited.ts';
import type { ServedCounts, ServeEvent } from './events.ts';
import { invitedTasks } from './invited-tasks.ts';
import { offeredJobs, type OfferedJobs } from './offered-jobs.ts';
import { prepareRun, type PreparedRun } from './prepare-run.ts';
import { SweepData } from './sweep-data.ts';
import { welcomer } from './welcomer.ts';
import { withOffers } from './with-offers.ts';

export interface ServeOptions {
  readonly projectRoot: string;
  readonly dataDir: string;
  readonly queues: readonly QueueName[];
  /** Runs that are trained at once; by default as many as `pnpm sweep` would. */
  readonly concurrency: number | undefined;
  readonly device: ChosenDevice;
  readonly shared: SharedFiles;
  /** See {@link Invited}. */
  readonly idleSeconds: number | undefined;
  /** Why the signal to stop was given, for the last line. */
  readonly whyStopped: () => string;
  readonly checkpointSeconds: number;
  readonly silenceSeconds: number;
}

/**
 * Takes work from the queues until nothing is left, until it is stopped, or until the machine fails.
 *
 * @param given stop: runs write a checkpoint and are handed back
 * @returns what was done
 * @throws {SaeLabError} `run.taken-over` if this process was silent for too long; errors of the database or the disk
 */
export async function serveQueues(
  database: Database,
  options: ServeOptions,
  given: TrainingSignals,
  report: (event: ServeEvent) => void,
): Promise<ServedCounts> {
  const start = performance.now();
  const counts: ServedCounts = {
    finished: 0,
    failed: 0,
    diverged: 0,
    cancelled: 0,
    handedBack: 0,
    left: 0,
    extracted: 0,
    evaluated: 0,
  };
  return whileClaimed(database, given, async (claims, signals) => {
    const invitations = await openJobQueue(database, { supervise: true });
    signals.giveUp.addEventListener('abort', () => void invitations.abandon());
    const offered = offeredJobs({
      ...options,
      db: database.db,
      onLeft(queue, error) {
        counts.left += 1;
        report({ type: 'worker.left', queue, error: errorJson(error) });
      },
    });
    const queue = withOffers(invitations, offered);
    const jobs = new Set<AnyJob>();
    // If this fails, others are invited to runs that they find claimed.
    const beating = claims.onExtended(() => void queue.beat(jobs).catch(() => {}));
    try {
      const { workers: concurrency, threads } = workersOf(thisMachine(), {
        workers: options.concurrency,
        runs: Infinity,
      });
      const { queues, device, dataDir } = options;
      const provenance = await gatherProvenance(options.projectRoot, {
        ...options,
        store: options.shared.location,
        threads,
        commits: {},
      });
      const { commit } = provenance;
      const { holderId } = claims;
      const worker = {
        holderId,
        hostname: hostname(),
        pid: process.pid,
        queues,
        concurrency,
        device,
        dataDir,
        commit,
      };
      const workerId = await registerWorker(database.db, worker);
      if (workerId === undefined) throw takenOver();
      report({ type: 'worker.started', workerId, queues, concurrency, device, dataDir });
      const ended = await serve({
        database,
        claims,
        queue,
        offered,
        jobs,
        counts,
        options: { ...options, concurrency, threads, provenance },
        signals,
        report,
      });
      const seconds = (performance.now() - start) / 1000;
      if (!claims.lost.aborted) report({ type: 'worker.ended', why: ended, seconds, ...counts });
      return counts;
    } finally {
      if (!claims.lost.aborted) await removeOffersOfTheDead(database.db, options.dataDir).catch(() => {});
      beating();
      await queue.close().catch(() => {});
    }
  });
}

interface Serving {
  readonly database: Database;
  readonly claims: Claims;
  readonly queue: JobQueue;
  readonly offered: OfferedJobs;
  readonly jobs: Set<AnyJob>;
  readonly counts: ServedCounts;
  readonly options: ServeOptions & {
    readonly concurrency: number;
    readonly threads: number;
    readonly provenance: Awaited<ReturnType<typeof gatherProvenance>>;
  };
  readonly signals: TrainingSignals;
  readonly report: (event: ServeEvent) => void;
}

/** @returns why there is no more work */
async function serve(serving: Serving): Promise<string> {
  const { database, claims, queue, offered, counts, options, signals, report } = serving;
  const { db } = database;
  const { dataDir, threads } = options;
  const requests = watchRequests(db);
  const data = new SweepData({
    db,
    requests,
    claims,
    shared: options.shared,
    dataDir,
    threads: options.concurrency * threads,
    signal: signals.stop,
    warn: (message) => report({ type: 'activations.warning', message }),
    onProgress: (made) => {
      const { warnings: _, ...progress } = made;
      report({ type: 'activations.progress', ...progress });
    },
  });
  const prepared = new Map<number, PreparedRun>();
  const welcome = welcomer(claims, options.provenance.commit, report);
  let tasks: ReturnType<typeof invitedTasks> | undefined;
  const preparation = { ...options, db, claims, queue, data };
  try {
    await trainRuns(
      {
        ...options,
        database,
        claims,
        requests,
        experimentFile: undefined,
        workers: options.concurrency,
        provenance: ({ runId }) => prepared.get(runId)!.provenance,
        origin: ({ runId }) => prepared.get(runId)!.origin,
        maxFailures: Infinity,
        verify: false,
        onlyFailed: false,
        keepMissing: false,
        localFiles: false,
        ends: { stopped: 'preempted', retry: retrier(serving) },
      },
      (signal) =>
        (tasks = invitedTasks(
          {
            ...serving,
            queues: options.queues,
            idleSeconds: options.idleSeconds,
            async prepare(job) {
              // The command of an offered sweep says that it is running.
              await welcome(job.data, { join: !offered.has(job) });
              const found = await prepareRun(job, preparation);
              if (typeof found === 'object') prepared.set(job.data.label.runId, found);
              return found;
            },
            async perform(job) {
              const sweep = await sweepById(db, job.data.sweepId);
              if (sweep !== undefined && sweep.cancelRequestedAt !== null) return;
              await welcome(job.data, { join: true });
              if (job.queue === 'extract') {
                if (await data.extract(job.data)) counts.extracted += 1;
                return;
              }
              const evaluation = { ...options, workers: options.concurrency };
              await evaluateInvited(job.data, { database, claims, requests }, evaluation, signals, report);
              counts.evaluated += 1;
            },
          },
          signal,
        )),
      signals,
      report,
    );
  } finally {
    await requests.close();
  }
  return tasks!.why() ?? options.whyStopped();
}

/** Decides whether a failed run is tried again. */
function retrier({ database, claims, signals }: Serving): AttemptEnds['retry'] {
  return async (run: TrainableRun, error: ErrorJson): Promise<AttemptEnd | undefined> => {
    if (claims.lost.aborted) return { reason: 'lost' };
    // Killed at the end of its grace period.
    if (signals.stop.aborted && error.code === 'run.worker-crashed') return { reason: 'preempted' };
    return retryOf(error, await attemptsOfRun(database.db, run.runId));
  };
}
