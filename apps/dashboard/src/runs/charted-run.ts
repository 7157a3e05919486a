import type { Run } from '@sae-lab/db/reading';
import type { Provenance } from '../compare/caption.ts';
import { commitOf, stepTokensOf } from '../compare/compare-row.ts';
import { stepSecondsOf, type CurveRun } from '../curves/curve-run.ts';

/** A run as its charts need it. */
export interface ChartedRun extends CurveRun {
  /** What captions state. */
  readonly provenance: Provenance;
  readonly commit: string | null;
}

export function chartedRun(run: Run, label: string): ChartedRun {
  return {
    id: run.id,
    label,
    totalSteps: run.totalSteps,
    stepTokens: stepTokensOf(run),
    stepSeconds: stepSecondsOf(run, Date.now()),
    growing: run.status !== 'finished',
    provenance: {
      selection: `Run ${run.id} (${run.runHash.slice(0, 8)})`,
      hook: run.hook,
      width: run.width,
      brushed: [],
    },
    commit: commitOf(run),
  };
}
