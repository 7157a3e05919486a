import { hostname } from 'node:os';
import {
  attemptsOfRun,
  endWorker,
  openClaims,
  registerWorker,
  sweepById,
  type AttemptEnd,
  type Claims,
  type Database,
} from '@sae-lab/db';
import type { ChosenDevice } from '@sae-lab/kernels';
import { thisMachine, workersOf } from '../plan/machine.ts';
import { openJobQueue, type AnyJob, type JobQueue } from '../queue/job-queue.ts';
import type { Origin, QueueName } from '../queue/queues.ts';
import { retryOf } from '../queue/retries.ts';
import { gatherProvenance } from '../run/provenance.ts';
import type { TrainableRun } from '../run/run-queue.ts';
import { trainRuns, type SharedTraining, type TrainingSignals } from '../run/train-runs.ts';
import { watchRequests } from '../run/watch-requests.ts';
import type { SharedFiles } from '../shared/shared-files.ts';
import { takenOver } from '../worker/lease.ts';
import type { ErrorJson } from '../worker/protocol.ts';
import { evaluateInvited } from './evaluate-invited.ts';
import type { ServedCounts, ServeEvent } from './events.ts';
import { startHeartbeat, type Heartbeat } from './heartbeat.ts';
import { invitedTasks } from './invited-tasks.ts';
import { prepareRun, type PreparedRun } from './prepare-run.ts';
import { SweepData } from './sweep-data.ts';

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
 * @param signals stop: runs write a checkpoint and are handed back
 * @returns what was done
 * @throws {SaeLabError} `run.taken-over` if this process was silent for too long; errors of the database or the disk
 */
export async function serveQueues(
  database: Database,
  options: ServeOptions,
  signals: TrainingSignals,
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
  const claims = await openClaims(database);
  let queue: JobQueue | undefined;
  let heartbeat: Heartbeat | undefined;
  let workerId: number | undefined;
  try {
    queue = await openJobQueue(database, { supervise: true });
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
    const worker = { hostname: hostname(), pid: process.pid, queues, concurrency, device, dataDir, commit };
    workerId = await registerWorker(claims, worker);
    const jobs = new Set<AnyJob>();
    const lost = new AbortController();
    let lostBy: unknown;
    heartbeat = await startHeartbeat({ claims, workerId, queue, jobs }, (error) => {
      lostBy = error;
      lost.abort();
    });
    report({ type: 'worker.started', workerId, queues, concurrency, device, dataDir });
    const own: TrainingSignals = {
      stop: AbortSignal.any([signals.stop, lost.signal]),
      kill: AbortSignal.any([signals.kill, lost.signal]),
    };
    const ended = await serve({
      database,
      claims,
      queue,
      jobs,
      counts,
      heartbeat,
      options: { ...options, concurrency, threads, provenance },
      signals: own,
      report,
    }).catch((error: unknown) => {
      // Whatever failed after that failed because of it.
      throw lostBy === undefined ? error : takenOver(lostBy);
    });
    if (lostBy !== undefined) throw takenOver(lostBy);
    const seconds = (performance.now() - start) / 1000;
    report({ type: 'worker.ended', why: ended, seconds, ...counts });
    return counts;
  } finally {
    await heartbeat?.stop();
    // If its session is gone, it was silent for long enough to count as dead.
    if (workerId !== undefined) await endWorker(claims, workerId).catch(() => {});
    await queue?.close().catch(() => {});
    await claims.close();
  }
}

interface Serving {
  readonly database: Database;
  readonly claims: Claims;
  readonly queue: JobQueue;
  readonly jobs: Set<AnyJob>;
  readonly counts: ServedCounts;
  readonly heartbeat: Heartbeat;
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
  const { database, claims, queue, counts, heartbeat, options, signals, report } = serving;
  const { db } = database;
  const { dataDir, threads } = options;
  const data = new SweepData({
    db,
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
  const welcome = welcomer(serving);
  let tasks: ReturnType<typeof invitedTasks> | undefined;
  const preparation = { ...options, db, claims, queue, data };
  const requests = watchRequests(db);
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
        sharing: { lease: heartbeat, stopped: 'preempted', retry: retrier(serving) },
      },
      (signal) =>
        (tasks = invitedTasks(
          {
            ...serving,
            queues: options.queues,
            idleSeconds: options.idleSeconds,
            async prepare(job) {
              await welcome(job.data);
              const found = await prepareRun(job, preparation);
              if (typeof found === 'object') prepared.set(job.data.label.runId, found);
              return found;
            },
            async perform(job) {
              const sweep = await sweepById(db, job.data.sweepId);
              if (sweep !== undefined && sweep.cancelRequestedAt !== null) return;
              await welcome(job.data);
              if (job.queue === 'extract') {
                await data.extract(job.data);
                counts.extracted += 1;
                return;
              }
              const evaluation = { ...options, workers: options.concurrency };
              await evaluateInvited(job.data, { database, claims }, evaluation, signals, report);
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

/** Joins each sweep once, and says so if it was planned with another commit. */
function welcomer({ claims, options, report }: Serving): (origin: Origin) => Promise<void> {
  const joined = new Set<number>();
  const said = new Set<string | null>();
  const own = options.provenance.commit;
  return async ({ sweepId, commit }) => {
    if (!joined.has(sweepId)) {
      joined.add(sweepId);
      await claims.joinSweep(sweepId);
    }
    if (commit === own || said.has(commit)) return;
    said.add(commit);
    const name = (hash: string | null): string => (hash === null ? 'no commit' : hash.slice(0, 12));
    const message =
      `Sweep ${sweepId} was planned with ${name(commit)}, and this checkout is at ${name(own)}. ` +
      'Runs are trained as long as the versions of their mathematics agree.';
    report({ type: 'sweep.warning', message });
  };
}

/** Decides whether a failed run is tried again. */
function retrier({ database, heartbeat, signals }: Serving): SharedTraining['retry'] {
  return async (run: TrainableRun, error: ErrorJson): Promise<AttemptEnd | undefined> => {
    if (heartbeat.isLost) return { reason: 'lost' };
    // Killed at the end of its grace period.
    if (signals.stop.aborted && error.code === 'run.worker-crashed') return { reason: 'preempted' };
    return retryOf(error, await attemptsOfRun(database.db, run.runId));
  };
}
