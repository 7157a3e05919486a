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
}

/** The queue of a sweep's runs. Reports a run that another process finished as skipped. */
export function openQueue(
  plan: QueuePlan,
  signal: AbortSignal,
  report: (event: SweepEvent) => void,
): RunQueue {
  const { database, claims, dataDir } = plan;
  // A run that another process finished is done only if its files exist.
  const finished = new Map<string, FilesPlace>();
  const isDone = async ({ runHash }: QueuedRun, status: RunStatus): Promise<boolean> => {
    if (status !== 'finished') return false;
    const files = (await checkFinishedFiles(database.db, [runHash], plan)).get(runHash);
    if (files !== undefined) finished.set(runHash, files);
    return nextStep(status, plan, files) === 'skip';
  };
  return runQueue(plan.runs, { db: database.db, claims, signal, isDone }, (run) =>
    report({ type: 'run.skipped', ...run.label, sae: saePlace(dataDir, run, finished.get(run.runHash)) }),
  );
}
