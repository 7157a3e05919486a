import { runLabel } from '@sae-lab/measures';
import type { SubjectToEvaluate } from './evaluated-hook.ts';
import type { StoredSae } from './store-saes.ts';

interface FinishedRun {
  readonly runId: number;
  readonly runHash: string;
  readonly variant: string;
  readonly coefficient: string;
  readonly width: number;
  readonly seed: number;
}

/** @param folder of its saved SAE */
export function runSubject(run: FinishedRun, folder: string): SubjectToEvaluate {
  const { runId, runHash, variant, coefficient, width, seed } = run;
  return {
    subject: { runId },
    label: { runId, runHash, sae: runLabel({ variant, coefficient, width, seed }) },
    source: { kind: 'run', folder },
    width,
  };
}

export function saeSubject({ row, planned }: StoredSae): SubjectToEvaluate {
  return {
    subject: { saeId: row.id },
    label: { saeId: row.id, saeHash: row.saeHash, sae: row.name },
    source: planned.from,
    width: row.width,
  };
}
