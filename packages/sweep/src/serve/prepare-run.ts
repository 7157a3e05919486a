import { CORE_MATH_VERSION, runHash, type RunSpec, type SaeOrigin } from '@sae-lab/core';
import type { ActivationStore } from '@sae-lab/core/activations';
import {
  attemptsOfRun,
  endCancelledRun,
  failRun,
  runById,
  secondsSinceAttempt,
  sweepById,
  startRun,
  type Claims,
  type Db,
  type Run,
  type RunAttempt,
  type RunStatus,
} from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import {
  otherVersion,
  packageMissing,
  packageOfVariant,
  variantFromPackage,
} from '../definition/variant-package.ts';
import type { AnyJob, Job, JobQueue } from '../queue/job-queue.ts';
import { MOST_RETRIES, pauseAfter, retriesOf, threadsAfter } from '../queue/retries.ts';
import type { QueueName, TrainingQueue, TrainInvitation } from '../queue/queues.ts';
import { commitsOf } from '../run/make-activations.ts';
import { originOf } from '../run/origin-of.ts';
import type { Provenance } from '../run/provenance.ts';
import type { TrainingTask } from '../run/task-source.ts';
import type { SweepData } from './sweep-data.ts';

export type TrainingJob = Job<TrainingQueue>;

/** A claimed run with everything that training it takes. */
export interface PreparedRun {
  readonly task: TrainingTask;
  readonly origin: SaeOrigin;
  readonly provenance: Provenance;
}

interface Preparation {
  readonly db: Db;
  readonly claims: Claims;
  readonly queue: JobQueue;
  readonly queues: readonly QueueName[];
  readonly data: SweepData;
  readonly threads: number;
  readonly provenance: Provenance;
}

const PENDING: readonly RunStatus[] = ['queued', 'running', 'interrupted'];

export function isTraining(job: AnyJob): job is TrainingJob {
  return isTrainingQueue(job.queue);
}

export function isTrainingQueue(name: QueueName): name is TrainingQueue {
  return name === 'train.cpu' || name === 'train.gpu';
}

/**
 * Claims a run and prepares its training.
 *
 * @returns 'over' if it needs no training, 'taken' if another process trains it, 'waits' if its activations are about to be
 *   extracted by another worker, or it lacked disk or memory a moment ago; then it is not claimed
 * @throws {SaeLabError} if this machine cannot train the run: `variant.package-missing`, `variant.other-version`,
 *   `activations.differ`, or why its activations cannot be extracted
 */
export async function prepareRun(
  job: TrainingJob,
  preparation: Preparation,
): Promise<PreparedRun | 'over' | 'taken' | 'waits'> {
  const { db, claims } = preparation;
  const { runId } = job.data.label;
  if (!(await claims.claim(runId))) return 'taken';
  let keep = false;
  try {
    if (await endCancelledRun(db, runId)) return 'over';
    const row = await runById(db, runId);
    if (row === undefined || !PENDING.includes(row.status)) return 'over';
    const attempts = await attemptsOfRun(db, runId);
    if (retriesOf(attempts) > MOST_RETRIES) {
      await giveUp(db, row, attempts);
      return 'over';
    }
    const pause = pauseAfter(attempts);
    if (pause > 0 && ((await secondsSinceAttempt(db, runId)) ?? pause) < pause) return 'waits';
    const spec = await specOf(row, job.data);
    const store = await activationsFor(spec, job.data, preparation);
    if (store === 'cancelled') {
      await endCancelledRun(db, runId);
      return 'over';
    }
    if (store === undefined) return 'waits';
    keep = true;
    const run = { spec, runHash: row.runHash, runId, label: job.data.label, again: false };
    const threads = threadsAfter(attempts, preparation.threads);
    return {
      task: { run, activationsFolder: store.folder, threads },
      origin: originOf(store),
      provenance: { ...preparation.provenance, threads, commits: commitsOf([store]) },
    };
  } finally {
    if (!keep) await claims.release(runId);
  }
}

/** The specification of a run, if this checkout would train exactly that. */
async function specOf(row: Run, { variantPackage: { name, version } }: TrainInvitation): Promise<RunSpec> {
  const spec = row.config as unknown as RunSpec;
  const { variant } = spec;
  const own = await packageOfVariant(variant.name);
  if (own === undefined || own.name !== name) throw packageMissing(variant.name);
  if (own.version !== version) throw otherVersion(`the package ${name}`, version, own.version);
  await variantFromPackage(variant);
  if (spec.coreMathVersion !== CORE_MATH_VERSION) {
    const [expected, received] = [spec.coreMathVersion, CORE_MATH_VERSION].map((v) => `math version ${v}`);
    throw otherVersion('core', expected!, received!);
  }
  if (runHash(spec) !== row.runHash)
    throw otherVersion('the specification of runs', row.runHash, runHash(spec));
  return spec;
}

/** The activations of a run; undefined if another worker is to extract them, 'cancelled' if they are no longer wanted. */
async function activationsFor(
  { activationsId, hook }: RunSpec,
  invitation: TrainInvitation,
  { db, data, queue, queues }: Preparation,
): Promise<ActivationStore | 'cancelled' | undefined> {
  const found = await data.find(activationsId);
  if (found !== undefined) return found;
  const isLeft = !queues.includes('extract');
  if (isLeft && (await queue.isOutstanding('extract', `sweep ${invitation.sweepId}`))) return undefined;
  await data.extract(invitation);
  const made = await data.find(activationsId);
  if (made !== undefined) return made;
  if ((await sweepById(db, invitation.sweepId))?.cancelRequestedAt) return 'cancelled';
  throw new SaeLabError('activations.differ', {
    problem: 'the activations that this machine extracted are not those of the run',
    field: `hook ${hook}`,
    fix: 'Use a data folder that has the activations.',
  });
}

/** Ends a run that was lost too often: it may be what ends the processes. */
async function giveUp(db: Db, { id, provenance }: Run, attempts: readonly RunAttempt[]): Promise<void> {
  const attempt = await startRun(db, id, { provenance: provenance ?? {} });
  if (attempt === null) return;
  const { code, message, details } = new SaeLabError('run.lost-too-often', {
    problem: `${retriesOf(attempts)} attempts ended because their process or machine was lost, or lacked disk or memory`,
    expected: `at most ${MOST_RETRIES} retries`,
    fix: 'Look at the attempts of the run in the dashboard, then start the sweep again.',
  }).toJSON();
  await failRun(db, { runId: id, attempt, error: { code, message, details } });
}
