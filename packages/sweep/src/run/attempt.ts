import type { RunEvent } from '@sae-lab/core';
import type { Db } from '@sae-lab/db';
import type { Provenance } from './provenance.ts';
import { recordAgain } from './record-again.ts';
import { recordRun, type RunRecorder } from './record-run.ts';
import type { TrainableRun } from './run-queue.ts';

/** The record of a run that may be trained in parts. */
export interface Attempt extends RunRecorder {
  /** The run waits for activations, with a checkpoint at this step. */
  pause(step: number): void;
}

/** @param onWriteFailed called at once: a run whose results cannot be stored should stop */
export function openAttempt(
  db: Db,
  { run, dataDir, provenance }: { run: TrainableRun; dataDir: string; provenance: Provenance },
  onWriteFailed: (error: unknown) => void,
): Attempt {
  const of = { runId: run.runId, dataDir, provenance };
  const recorder = run.again ? recordAgain(db, of) : recordRun(db, of, onWriteFailed);
  let pausedAt: number | undefined;
  return {
    record(event) {
      if (pausedAt === undefined) return recorder.record(event);
      // The run is recorded as started, with every point up to the pause.
      if (event.type === 'started') return;
      const isExpected = event.type === 'resumed' && event.step === pausedAt;
      if (event.type === 'warning') return recorder.record(event);
      pausedAt = undefined;
      if (isExpected) return;
      // Its checkpoint was unusable, so it starts over.
      if (event.type !== 'resumed') recorder.record(STARTED_OVER);
      recorder.record(event);
    },
    print: (line, stream) => recorder.print(line, stream),
    pause: (step) => void (pausedAt = step),
    finish: (result) => recorder.finish(result),
    number: () => recorder.number(),
  };
}

const STARTED_OVER: RunEvent = { type: 'resumed', step: 0, curves: {} };
