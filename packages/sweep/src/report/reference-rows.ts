import { mainFigures, type EvaluationRow, type SaeRow } from '@sae-lab/db';
import type { ComparedRun } from './comparison-table.ts';

/** The SAEs that runs are compared with, as rows of the table. */
export function referenceRows(saes: readonly SaeRow[], evaluations: readonly EvaluationRow[]): ComparedRun[] {
  const figures = mainFigures(evaluations, 'saeId');
  return saes.map(({ id, saeHash, kind, name, hook, width }, index) => ({
    // Those of runs are not negative.
    configuration: -1 - index,
    runHash: saeHash,
    variant: name,
    coefficient: kind === 'baseline' ? 'baseline' : 'from files',
    hook,
    width,
    finished: figures.has(id),
    figures: figures.get(id) ?? {},
    seconds: null,
    reference: true,
  }));
}
