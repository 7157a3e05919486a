import { SPLIT_SEED, type ActivationStream, type StreamSettings } from '@sae-lab/core/activations';
import type { SaeOrigin } from '@sae-lab/core';
import type { SweepPlan } from '../plan/sweep-plan.ts';
import type { SweepEvent } from '../report/events.ts';
import { extractionEvents, recordActivations, type MadeActivations } from './make-activations.ts';
import { openQueue } from './open-queue.ts';
import type { Provenance } from './provenance.ts';
import type { QueuedRun, TakenRun } from './run-queue.ts';
import { streamTasks, windowsOf } from './stream-tasks.ts';
import { trainRuns, type TrainingPlan, type TrainingSignals } from './train-runs.ts';

type StreamPlan = Omit<TrainingPlan, 'provenance' | 'origin'> & {
  readonly runs: readonly QueuedRun[];
  readonly others: readonly QueuedRun[];
  readonly provenanceOf: (commits: MadeActivations['commits']) => Promise<Provenance>;
};

/**
 * Trains runs on activations that are extracted meanwhile, in one pass for all runs. Runs that another process trains wait
 * for it, and those that it leaves go through another pass.
 */
export async function streamRuns(
  plan: SweepPlan,
  settings: StreamSettings,
  training: StreamPlan,
  signals: TrainingSignals,
  report: (event: SweepEvent) => void,
): Promise<void> {
  const queue = openQueue(training, signals.stop, report);
  for (let runs = await queue.takeAll(); runs.length > 0; runs = await queue.takeAll()) {
    const stream = await startStream(plan, settings, runs, signals.stop, report);
    let done = false;
    try {
      const { origins, commits } = await recordActivations(
        plan,
        stream.samples.map((store, hook) => ({ id: stream.ids[hook]!, store })),
        training,
        report,
      );
      const rows = await trainingRows(plan, stream);
      const windowsNeeded = windowsOf(runs, ({ activations }) => rows.get(activations.id)!);
      const provenance = await training.provenanceOf(commits);
      const { stopped } = await trainRuns(
        {
          ...training,
          workers: Math.min(training.workers, runs.length),
          provenance: () => provenance,
          origin: ({ spec }) => origins.get(spec.activationsId) as SaeOrigin,
        },
        (signal) => streamTasks(runs, stream, { ...training, signal, windowsNeeded }),
        signals,
        report,
      );
      done = !stopped;
      if (stopped) return;
      for (const run of runs) queue.ended(run);
    } finally {
      await stream.close({ remove: done });
    }
  }
}

async function startStream(
  plan: SweepPlan,
  settings: StreamSettings,
  runs: readonly TakenRun[],
  signal: AbortSignal,
  report: (event: SweepEvent) => void,
): Promise<ActivationStream> {
  const { source } = plan;
  if (source.stream === undefined) throw new Error('the activations of this source are not streamed');
  const hooks = [...new Set(runs.map(({ spec }) => spec.hook))];
  const start = performance.now();
  report({ type: 'activations.started', hooks });
  const opened = await source.stream(hooks, settings, {
    onProgress: extractionEvents(plan, report),
    signal,
    warn: (message) => report({ type: 'activations.warning', message }),
  });
  report({ type: 'activations.finished', hooks, seconds: (performance.now() - start) / 1000 });
  return opened;
}

/** Training activations in the first window of each hook, by the activations' id. */
async function trainingRows(plan: SweepPlan, stream: ActivationStream): Promise<Map<string, number>> {
  const { holdout } = plan.experiment.definition.evaluation;
  const split = { holdout, seed: SPLIT_SEED, part: 'train' } as const;
  const rows = new Map<string, number>();
  for (const [hook, id] of stream.ids.entries()) rows.set(id, await stream.samples[hook]!.countRows(split));
  return rows;
}
