import type { AttemptEnd } from '@sae-lab/db';
import type { SweepEvent } from '../report/events.ts';
import type { ErrorJson } from '../worker/protocol.ts';
import type { EndOfRun } from '../worker/worker.ts';
import type { TrainableRun } from './run-queue.ts';
import { saePlace } from './sae-place.ts';

/** How an attempt at a run ended. One that is interrupted says why: the run continues. */
export type EndOfAttempt =
  | Exclude<EndOfRun, { status: 'interrupted' }>
  | { readonly status: 'interrupted'; readonly step: number; readonly end?: AttemptEnd };

/** How attempts end after which the run continues. */
export interface AttemptEnds {
  /** Why a run that is stopped ends here. */
  readonly stopped: AttemptEnd['reason'];
  /** Why a failed run is to be tried again; undefined if trying again would not help. */
  retry(run: TrainableRun, error: ErrorJson): Promise<AttemptEnd | undefined>;
}

/** Whether an error is one of the data folder or the store, which every other run would meet too. */
export function isFaultOfFiles({ code }: Pick<ErrorJson, 'code'>): boolean {
  return /^(files\.(disk-full|not-a-folder|not-writable)|store\..+)$/.test(code);
}

/** How the attempt of a run ended, given how its process ended it. */
export async function endOf(
  run: TrainableRun,
  answer: EndOfRun,
  {
    step,
    asked,
    ends,
    stopped,
  }: { step: number; asked: boolean; ends: AttemptEnds; stopped: () => AttemptEnd },
): Promise<EndOfAttempt> {
  if (answer.status === 'failed') {
    const end = await ends.retry(run, answer.error);
    if (end !== undefined) return { status: 'interrupted', step, end };
  }
  const wasAt = answer.status === 'interrupted' ? answer.step : step;
  if (answer.status !== 'interrupted' && !wasStopped(answer, asked)) return answer;
  return { status: 'interrupted', step: wasAt, end: stopped() };
}

/** Whether it is known already why a run stopped. What was in its way first counts. */
export function hasError(result: EndOfAttempt): boolean {
  return result.status === 'interrupted' && result.end?.error !== undefined;
}

/** Whether a failure counts as an interruption: the process died while stopping, or the data folder is full. */
function wasStopped(answer: EndOfRun, asked: boolean): boolean {
  if (!asked || answer.status !== 'failed') return false;
  return answer.error.code === 'run.worker-crashed' || isFaultOfFiles(answer.error);
}

/** What is reported of the end of an attempt. */
export function endEvent(
  run: TrainableRun,
  result: EndOfAttempt,
  dataDir: string,
  cancelled: boolean,
): SweepEvent {
  const { label } = run;
  switch (result.status) {
    case 'finished':
      return {
        type: 'run.finished',
        ...label,
        seconds: result.seconds,
        figures: result.figures,
        sae: saePlace(dataDir, run),
      };
    case 'failed':
      return { type: 'run.failed', ...label, error: result.error };
    case 'diverged':
      return { type: 'run.diverged', ...label, step: result.step, error: result.error, earlier: false };
    case 'interrupted':
      return cancelled
        ? { type: 'run.cancelled', ...label, step: result.step, earlier: false }
        : { type: 'run.interrupted', ...label, step: result.step };
  }
}
