import type { Run } from '@sae-lab/db/reading';
import { commitOf, stepTokensOf } from '../compare/compare-row.ts';
import { stepSecondsOf, type CurveRun } from '../curves/curve-run.ts';
import type { RunClock } from '../curves/run-clock.ts';
import type { CaptionedSae } from '../saes/captioned-sae.ts';

/** A run in the names and captions of what readers take along. */
export interface CaptionedRun extends CaptionedSae {
  readonly id: number;
}

/** A run as its charts need it. */
export type ChartedRun = CurveRun & CaptionedRun;

export function captionedRun(run: Run, label: string): CaptionedRun {
  return {
    id: run.id,
    subject: { runId: run.id },
    provenance: [
      `Run ${run.id} (${run.runHash.slice(0, 8)})`,
      label,
      `hook ${run.hook}`,
      `width ${run.width}`,
      `seed ${run.seed}`,
    ],
    commit: commitOf(run),
  };
}

export function chartedRun(run: Run, label: string, clock: RunClock | undefined): ChartedRun {
  return {
    ...captionedRun(run, label),
    label,
    totalSteps: run.totalSteps,
    stepTokens: stepTokensOf(run),
    stepSeconds: stepSecondsOf(run, Date.now()),
    clock,
    growing: run.status !== 'finished',
  };
}
