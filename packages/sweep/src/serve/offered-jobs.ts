import { readFile } from 'node:fs/promises';
import { runsOfSweep, standingOffers, type Db, type EvaluatedRun, type StandingOffer } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import { configurationsOf } from '@sae-lab/measures';
import { variantFromPackage } from '../definition/variant-package.ts';
import type { AnyJob } from '../queue/job-queue.ts';
import type { QueueName, TrainingQueue } from '../queue/queues.ts';
import { offerFile } from '../run/offer-runs.ts';
import type { SharedFiles } from '../shared/shared-files.ts';
import { isTrainingQueue, type TrainingJob } from './prepare-run.ts';

interface OfferedOptions {
  readonly db: Db;
  readonly dataDir: string;
  readonly shared: SharedFiles;
  /** Called once for each sweep that this worker cannot help, with the reason. */
  readonly onLeft: (queue: QueueName, error: SaeLabError) => void;
}

/** Runs of sweeps that their own commands train, as jobs. No queue has them, so only claims keep processes apart. */
export interface OfferedJobs {
  take(queues: readonly QueueName[]): Promise<TrainingJob | undefined>;
  /** Whether a job came from here. */
  has(job: AnyJob): boolean;
  /** This worker does not train the run now. */
  giveBack(job: TrainingJob, why: string): void;
  done(job: TrainingJob): void;
  /** Runs that are not over, of the sweeps that this worker can help. */
  outstanding(queues: readonly QueueName[]): Promise<number>;
}

/** Before a run that was given back is tried again. */
const DELAY_MS = 2000;
/** The code of an error, which says that the worker cannot train runs of this kind. */
const CODE = /^[\w-]+\.[\w-]+$/;

/** Finds offered runs in the database each time that a job is wanted. */
export function offeredJobs(options: OfferedOptions): OfferedJobs {
  const { db, onLeft } = options;
  /** Sweeps by the start of their command. */
  const labels = new Map<string, ReadonlyMap<number, TrainingJob['data']['label']>>();
  const left = new Set<string>();
  /** Runs that are not to be taken before a time; those that this process has, or cannot train, never. */
  const notBefore = new Map<number, number>();
  const refusedKinds = new Set<string>();
  const taken = new WeakSet<AnyJob>();

  const usable = async (queues: readonly QueueName[]): Promise<StandingOffer[]> => {
    const found: StandingOffer[] = [];
    for (const standing of await standingOffers(db)) {
      const queue = standing.offer.queue as TrainingQueue;
      if (!queues.includes(queue) || standing.pending === 0) continue;
      const problem = await problemWith(standing, options);
      if (problem === undefined) found.push(standing);
      else if (!left.has(idOf(standing))) {
        left.add(idOf(standing));
        onLeft(queue, problem);
      }
    }
    return found;
  };
  const labelsOf = async (standing: StandingOffer) => {
    const id = idOf(standing);
    let found = labels.get(id);
    if (found === undefined) {
      found = await labelsOfRuns(await runsOfSweep(db, standing.sweepId));
      labels.set(id, found);
    }
    return found;
  };
  const isOpen = (runId: number, label: TrainingJob['data']['label'] | undefined, sweepId: number): boolean =>
    label !== undefined &&
    performance.now() >= (notBefore.get(runId) ?? -Infinity) &&
    !refusedKinds.has(kindOf(sweepId, label));

  return {
    async take(queues) {
      for (const standing of await usable(queues.filter(isTrainingQueue))) {
        const { sweepId, offer, free } = standing;
        const known = await labelsOf(standing);
        const open = free.filter((runId) => isOpen(runId, known.get(runId), sweepId));
        if (open.length === 0) continue;
        // Workers that look at the same moment should not want the same run.
        const label = known.get(open[Math.floor(Math.random() * open.length)]!)!;
        const { commit, projectRoot, packages } = offer;
        const variantPackage = packages[label.variant]!;
        const job: TrainingJob = {
          id: `offered ${label.runId}`,
          retryCount: 0,
          queue: offer.queue as TrainingQueue,
          key: label.runHash,
          data: { sweepId, commit, projectRoot, label, variantPackage },
        };
        taken.add(job);
        notBefore.set(label.runId, Infinity);
        return job;
      }
      return undefined;
    },
    has: (job) => taken.has(job),
    giveBack({ data: { sweepId, label } }, why) {
      if (CODE.test(why)) refusedKinds.add(kindOf(sweepId, label));
      notBefore.set(label.runId, performance.now() + DELAY_MS);
    },
    done: ({ data: { label } }) => void notBefore.delete(label.runId),
    async outstanding(queues) {
      let pending = 0;
      for (const standing of await usable(queues.filter(isTrainingQueue))) {
        const known = await labelsOf(standing);
        const isRefused = (runId: number): boolean => {
          const label = known.get(runId);
          return label === undefined || refusedKinds.has(kindOf(standing.sweepId, label));
        };
        const { free } = standing;
        if (free.length === 0 || !free.every(isRefused)) pending += standing.pending;
      }
      return pending;
    },
  };
}

/** A sweep that is started again offers its runs again. */
function idOf({ sweepId, offer }: StandingOffer): string {
  return `${sweepId} ${offer.holderId}`;
}

/** Runs that need the same of a machine. */
function kindOf(sweepId: number, { variant, hook }: TrainingJob['data']['label']): string {
  return JSON.stringify([sweepId, variant, hook]);
}

async function labelsOfRuns(
  runs: readonly EvaluatedRun[],
): Promise<ReadonlyMap<number, TrainingJob['data']['label']>> {
  const sparsity = new Map<string, string | undefined>();
  for (const { variant: name, mathVersion } of runs) {
    if (sparsity.has(name)) continue;
    const found = await variantFromPackage({ name, mathVersion }).catch(() => undefined);
    sparsity.set(name, found?.sparsityHyper);
  }
  const configurations = configurationsOf(runs, ({ variant }) => sparsity.get(variant));
  return new Map(
    runs.map(({ id: runId, runHash, variant, hook, width, seed }, index) => {
      const { coefficient } = configurations[index]!;
      return [runId, { runId, runHash, variant, coefficient, hook, width, seed }];
    }),
  );
}

/** Why this worker cannot help a sweep; undefined if it can. */
async function problemWith(
  { sweepId, name, offer }: StandingOffer,
  { dataDir, shared }: Pick<OfferedOptions, 'dataDir' | 'shared'>,
): Promise<SaeLabError | undefined> {
  const { hostname, localOnly, store, folderToken } = offer;
  const where = `sweep ${sweepId} (${name}) runs on ${hostname}`;
  if (localOnly !== null) {
    return new SaeLabError('queue.local-only', {
      problem: `${where}, and only that process can train its runs: ${localOnly}`,
    });
  }
  const token = await readFile(offerFile(dataDir, offer.holderId), 'utf8').catch(() => undefined);
  if (store === shared.location && (store !== null || token === folderToken)) return undefined;
  const place = (folder: string, ofStore: string | null): string =>
    ofStore === null ? `the data folder ${folder} without a store` : `the store ${ofStore}`;
  return new SaeLabError('queue.files-elsewhere', {
    problem: `${where}, and this worker does not reach its files`,
    expected: place(offer.dataDir, store),
    received: place(dataDir, shared.location),
    fix: 'Use the same SAE_LAB_STORE on both, or a data folder on a disk that they share.',
  });
}
