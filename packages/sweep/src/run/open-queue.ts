import type { Claims, Database, FilesPlace, RunStatus } from '@sae-lab/db';
import type { SweepEvent } from '../report/events.ts';
import { checkFinishedFiles, type FilesToCheck } from './finished-files.ts';
import { nextStep, type StepOptions } from './next-step.ts';
import { runQueue, type QueuedRun, type RunQueue } from './run-queue.ts';
import { saePlace } from './sae-place.ts';

interface QueuePlan extends StepOptions, FilesToCheck {
  readonly database: Database;
  readonly claims: Claims;
  readonly runs: readonly QueuedRun[];
  /** Runs of the sweep that are not to be trained, unless a reader asks for it. */
  readonly others: readonly QueuedRun[];
}

/** The queue of a sweep's runs. Reports a run that another process finished as skipped, and one that a reader cancelled. */
export function openQueue(
  plan: QueuePlan,
  signal: AbortSignal,
  report: (event: SweepEvent) => void,
): RunQueue {
  const { database, claims, dataDir } = plan;
  // A run that another process finished is done only if its files exist.
  const finished = new Map<string, FilesPlace>();
  const isDone = async ({ runHash }: QueuedRun, status: RunStatus): Promise<boolean> => {
    if (status === 'cancelled') return true;
    if (status !== 'finished') return false;
    const files = (await checkFinishedFiles(database.db, [runHash], plan)).get(runHash);
    if (files !== undefined) finished.set(runHash, files);
    return nextStep(status, plan, files) === 'skip';
  };
  const onRequeued = (run: QueuedRun): void => report({ type: 'run.requeued', ...run.label });
  const { others } = plan;
  return runQueue(plan.runs, { db: database.db, claims, signal, isDone, others, onRequeued }, (run, status) =>
    report(
      status === 'cancelled'
        ? { type: 'run.cancelled', ...run.label, step: 0, earlier: false }
        : { type: 'run.skipped', ...run.label, sae: saePlace(dataDir, run, finished.get(run.runHash)) },
    ),
  );
}
