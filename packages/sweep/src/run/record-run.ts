import { relative } from 'node:path';
import type { RunEvent } from '@sae-lab/core';
import {
  appendCurves,
  clearCurves,
  divergeRun,
  failRun,
  interruptRun,
  recordProgress,
  reportAttempt,
  saveResult,
  startRun,
  type Attempt,
  type Curves,
  type Db,
  type Result,
} from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import type { EndOfRun } from '../worker/worker.ts';
import type { EndOfAttempt } from './end-of-attempt.ts';
import type { Provenance } from './provenance.ts';
import { RunReport } from './run-report.ts';

type Started = Extract<RunEvent, { type: 'started' }>;

/** Writes a worker's events of one run to the database, in their order. */
export interface RunRecorder {
  record(event: RunEvent): void;
  /** A line that the worker process printed. */
  print(line: string, stream: 'output' | 'error'): void;
  /** Waits for every write. Rejects with the error of the first one that failed. */
  finish(result: EndOfAttempt): Promise<void>;
  /** The number of the attempt, after the run has started. Rejects if the start cannot be stored. */
  number(): Promise<number>;
}

/**
 * Records a run's events as they come.
 *
 * @param onWriteFailed called at once: a run whose results cannot be stored should stop
 */
export function recordRun(
  db: Db,
  { runId, dataDir, provenance }: { runId: number; dataDir: string; provenance: Provenance },
  onWriteFailed: (error: unknown) => void,
): RunRecorder {
  // Set by the first write, because only the worker knows the number of steps.
  let begun: Attempt | undefined;
  let rewound = false;
  const warnings: string[] = [];
  const report = new RunReport();
  let writes: Promise<void> = Promise.resolve();
  const enqueue = (write: (attempt: Attempt) => Promise<void>, started?: Started): void => {
    const earlier = writes;
    const inTurn = async (): Promise<void> => {
      await earlier;
      begun ??= await begin(db, runId, { ...provenance, warnings }, started);
      await write(begun);
    };
    writes = inTurn();
    writes.catch(onWriteFailed);
  };

  return {
    print: (line, stream) => report.print(line, stream),
    record(event) {
      report.take(event);
      switch (event.type) {
        case 'started':
          return enqueue(async () => {}, event);
        case 'resumed':
          rewound = true;
          return enqueue(async (attempt) => {
            await replaceCurves(db, attempt, event.curves);
            await recordProgress(db, { ...attempt, step: event.step });
          });
        case 'curves':
          // Without a 'resumed' event the run starts from the beginning, so the curves of an earlier attempt are dropped.
          if (!rewound) enqueue((attempt) => replaceCurves(db, attempt, {}));
          rewound = true;
          return enqueue((attempt) => appendCurves(db, { ...attempt, curves: event.curves }));
        case 'warning':
          warnings.push(event.message);
          return;
        case 'checkpoint':
          return;
        case 'progress':
          return enqueue((attempt) =>
            recordProgress(db, { ...attempt, step: event.step, report: report.due() }),
          );
      }
    },
    async finish(result) {
      report.end(result);
      enqueue((attempt) => reportAttempt(db, attempt, report.all));
      enqueue((attempt) => end(db, attempt, result, dataDir));
      await writes;
    },
    number: () =>
      new Promise((resolve, reject) => {
        enqueue(async ({ attempt }) => resolve(attempt));
        writes.catch(reject);
      }),
  };
}

async function replaceCurves(db: Db, attempt: Attempt, curves: Curves): Promise<void> {
  await clearCurves(db, attempt);
  await appendCurves(db, { ...attempt, curves });
}

async function begin(
  db: Db,
  runId: number,
  provenance: Provenance & { warnings: readonly string[] },
  started: Started | undefined,
): Promise<Attempt> {
  const attempt = await startRun(db, runId, {
    // The worker may have ended before it had a backend.
    provenance: { ...provenance, backend: started?.backend ?? null },
    ...(started !== undefined && { totalSteps: started.totalSteps }),
  });
  if (attempt !== null) return { runId, attempt };
  throw new SaeLabError('run.finished-elsewhere', {
    problem: `another process finished run ${runId} in the meantime`,
    fix: 'Start the sweep again. It uses that result.',
  });
}

/** The result of a run, for the database. */
export function storedResult(
  { figures, histograms, artifacts, seconds, steps }: Extract<EndOfRun, { status: 'finished' }>,
  dataDir: string,
): Result {
  return {
    figures,
    histograms: Object.entries(histograms).map(([name, histogram]) => ({ name, ...histogram })),
    artifacts: artifacts.map((file) => ({ ...file, path: relative(dataDir, file.path) })),
    seconds,
    finalStep: steps,
  };
}

function end(db: Db, attempt: Attempt, result: EndOfAttempt, dataDir: string): Promise<void> {
  switch (result.status) {
    case 'finished':
      return saveResult(db, { ...attempt, ...storedResult(result, dataDir) });
    case 'failed':
      return failRun(db, { ...attempt, error: result.error });
    case 'diverged':
      return divergeRun(db, { ...attempt, step: result.step, error: result.error });
    case 'interrupted':
      return interruptRun(db, attempt, result.end);
  }
}
