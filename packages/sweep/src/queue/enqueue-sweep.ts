import { isDeepStrictEqual } from 'node:util';
import {
  forgetResults,
  prioritizeJobs,
  requeueRuns,
  setSweepStatus,
  sweepByDefinition,
  type Database,
  type FilesPlace,
  type RunStatus,
  type Sweep,
} from '@sae-lab/db';
import type { ChosenDevice } from '@sae-lab/kernels';
import { storeSweepSaes } from '../evaluate/store-saes.ts';
import type { SweepPlan } from '../plan/sweep-plan.ts';
import { checkFinishedFiles } from '../run/finished-files.ts';
import { filesWarning } from '../run/files-warning.ts';
import { nextStep, type StepOptions } from '../run/next-step.ts';
import type { QueuedRun } from '../run/run-queue.ts';
import { gatherProvenance } from '../run/provenance.ts';
import type { SharedFiles } from '../shared/shared-files.ts';
import { definitionJson, storeRuns, storeSweep } from '../run/store-sweep.ts';
import { storeVariants } from '../run/store-variants.ts';
import { endOfRuns } from '../serve/end-of-runs.ts';
import { openJobQueue } from './job-queue.ts';
import { requireForQueue } from './require-for-queue.ts';
import { trainingQueue, type Origin, type TrainingQueue } from './queues.ts';

export interface EnqueueOptions extends StepOptions {
  readonly projectRoot: string;
  readonly dataDir: string;
  readonly verify: boolean;
  /** Where files of other machines are looked for. */
  readonly shared: SharedFiles;
  /** Decides which workers are invited. */
  readonly device: ChosenDevice;
  /** Runs with a higher priority are taken first. Undefined leaves the sweep's as it is: a reader may have changed it. */
  readonly priority: number | undefined;
  /** Whether finished runs whose files are missing are trained again. Their figures are gone until then. */
  readonly retrainMissing: boolean;
}

export interface EnqueuedSweep {
  readonly sweepId: number;
  /** All runs, with their status before. */
  readonly runs: readonly (QueuedRun & { status: RunStatus })[];
  /** Places of the finished runs' files, by the run's hash. */
  readonly files: ReadonlyMap<string, FilesPlace>;
  readonly queue: TrainingQueue;
  /** Runs that wait for a worker, or are being trained. */
  readonly pending: number;
  readonly finished: number;
  /** Runs that diverged before. They would again. */
  readonly diverged: number;
  /** Runs that were cancelled before. */
  readonly cancelled: number;
  /** What is done with the runs, by its name. */
  readonly steps: ReadonlyMap<ReturnType<typeof nextStep>, readonly QueuedRun[]>;
  readonly warnings: readonly string[];
}

/**
 * Puts the runs of a sweep that are not finished into the queue. Runs that wait there already are not added again.
 *
 * @throws {SaeLabError} as `requireForQueue`
 */
export async function enqueueSweep(
  plan: SweepPlan,
  database: Database,
  options: EnqueueOptions,
): Promise<EnqueuedSweep> {
  const packages = await requireForQueue(plan);
  const { db } = database;
  const { projectRoot, dataDir, verify, shared } = options;
  const { commit } = await gatherProvenance(projectRoot, { ...options, threads: 1, commits: {} });
  const earlier = await sweepByDefinition(db, plan.definitionHash);
  const queueName = trainingQueue(options.device);
  const stored = await storeSweep(db, plan, projectRoot, queueName, options.priority);
  const { id: sweepId, priority } = stored;
  await storeVariants(db, plan, projectRoot);
  const runs = await storeRuns(db, sweepId, plan);
  await storeSweepSaes(db, sweepId, plan.saes, plan.experiment.definition);
  const hashes = runs.filter(({ status }) => status === 'finished').map(({ runHash }) => runHash);
  const files = await checkFinishedFiles(db, hashes, { dataDir, verify, shared });
  const { retrainMissing } = options;
  // Without the files' places, finished runs count as done.
  const steps = Map.groupBy(runs, ({ status, runHash }) =>
    nextStep(status, options, retrainMissing ? files.get(runHash) : undefined),
  );
  const toRun = steps.get('train') ?? [];
  const warning = filesWarning([...files.values()], retrainMissing ? options : 'workers');
  await requeueRuns(
    db,
    toRun.map(({ runId }) => runId),
  );
  await forgetResults(
    db,
    toRun.filter(({ status }) => status === 'finished').map(({ runId }) => runId),
  );

  const origin: Origin = { sweepId, commit, projectRoot };
  const queue = await openJobQueue(database, { supervise: false });
  try {
    const isHere = new Map(plan.runs.map(({ activations: { id, present } }) => [id, present]));
    if (toRun.some(({ spec }) => isHere.get(spec.activationsId) === false)) {
      await queue.invite('extract', [{ key: `sweep ${sweepId}`, priority, data: origin }]);
    }
    await queue.invite(
      queueName,
      toRun.map(({ runHash, spec, label }) => ({
        key: runHash,
        priority,
        data: { ...origin, label, variantPackage: packages.get(spec.variant.name)! },
      })),
    );
    // Of those that are there already.
    await prioritizeJobs(db, sweepId);
    if (toRun.length === 0 && isOver(earlier, plan)) await setSweepStatus(db, sweepId, earlier.status);
    else await endOfRuns({ database, queue }, origin, [sweepId]);
  } finally {
    await queue.close();
  }
  return {
    sweepId,
    runs,
    files,
    queue: queueName,
    pending: toRun.length,
    finished: hashes.length - toRun.filter(({ status }) => status === 'finished').length,
    diverged: steps.get('report-divergence')?.length ?? 0,
    cancelled: steps.get('report-cancelled')?.length ?? 0,
    steps,
    warnings: [...plan.warnings, ...(warning === undefined ? [] : [warning])],
  };
}

/** Whether a sweep ended earlier, evaluations included, and asks for nothing new. */
function isOver(earlier: Sweep | undefined, plan: SweepPlan): earlier is Sweep {
  if (earlier?.status !== 'finished' && earlier?.status !== 'failed') return false;
  if (earlier.failedEvaluations > 0) return false;
  // As the database returns it.
  const asked: unknown = JSON.parse(JSON.stringify(definitionJson(plan)));
  return isDeepStrictEqual(earlier.definition, asked);
}
