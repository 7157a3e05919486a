import { runsOfSweep, type Database, type EvaluatedRun } from '@sae-lab/db';
import type { SweepEvent } from '../report/events.ts';
import type { ErrorJson } from '../worker/protocol.ts';
import type { nextStep } from './next-step.ts';
import type { QueuedRun } from './run-queue.ts';

/** Reports runs that diverged or were cancelled earlier and are left alone. */
export async function reportEarlierEnds(
  { db }: Database,
  sweepId: number,
  steps: ReadonlyMap<ReturnType<typeof nextStep>, readonly QueuedRun[]>,
  report: (event: SweepEvent) => void,
): Promise<void> {
  const diverged = steps.get('report-divergence') ?? [];
  const cancelled = steps.get('report-cancelled') ?? [];
  if (diverged.length + cancelled.length === 0) return;
  const stored = new Map((await runsOfSweep(db, sweepId)).map((run) => [run.id, run]));
  for (const { runId, label } of diverged) {
    const { divergedAtStep, error } = stored.get(runId) as EvaluatedRun;
    report({
      type: 'run.diverged',
      ...label,
      step: divergedAtStep,
      error: error as ErrorJson,
      earlier: true,
    });
  }
  for (const { runId, label } of cancelled) {
    report({ type: 'run.cancelled', ...label, step: stored.get(runId)!.step, earlier: true });
  }
}
