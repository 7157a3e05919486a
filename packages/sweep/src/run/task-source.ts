import type { StreamedWindows } from '@sae-lab/core/activations';
import type { Claims } from '@sae-lab/db';
import type { RunOutcome } from '@sae-lab/core';
import type { EndOfAttempt } from './end-of-attempt.ts';
import type { RunQueue, TrainableRun } from './run-queue.ts';

/** What a worker process does next: a run, or the part of it whose activations are on disk. */
export interface TrainingTask {
  readonly run: TrainableRun;
  readonly activationsFolder: string;
  /** Set while activations are streamed. */
  readonly stream?: StreamedWindows;
  /** Instead of those of the plan, e.g. fewer after the memory was exhausted. */
  readonly threads?: number;
}

/** How a task ended: its run is over for this process, or waits for activations. */
export type EndOfTask = EndOfAttempt | Extract<RunOutcome, { status: 'paused' }>;

/** Hands out tasks to the worker processes. */
export interface TaskSource {
  /** The next task; undefined if none is left, or the sweep is stopping. */
  take(): Promise<TrainingTask | undefined>;
  /** Called after the result of a task is stored. */
  ended(task: TrainingTask, result: EndOfTask): Promise<void>;
}

/** Whole runs, from a queue. */
export function wholeRuns(queue: RunQueue, claims: Claims): TaskSource {
  return {
    async take() {
      const run = await queue.take();
      return run && { run, activationsFolder: run.activations.folder };
    },
    async ended({ run }) {
      await claims.release(run.runId);
      queue.ended(run);
    },
  };
}
