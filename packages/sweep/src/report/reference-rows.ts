import type { EvaluationRow, SaeRow } from '@sae-lab/db';
import type { ComparedRun } from './comparison-table.ts';

/** The newest value of each figure, by the id of the run or SAE that it belongs to. */
export function evaluatedFigures(
  evaluations: readonly EvaluationRow[],
  of: 'runId' | 'saeId',
): Map<number, Record<string, number>> {
  const found = new Map<number, Record<string, number>>();
  // In the order in which they finished.
  for (const evaluation of evaluations) {
    const id = evaluation[of];
    if (id === null) continue;
    const values = Object.entries(evaluation.figures).map(([key, { value }]) => [key, value] as const);
    found.set(id, { ...found.get(id), ...Object.fromEntries(values) });
  }
  return found;
}

/** The SAEs that runs are compared with, as rows of the table. */
export function referenceRows(saes: readonly SaeRow[], evaluations: readonly EvaluationRow[]): ComparedRun[] {
  const figures = evaluatedFigures(evaluations, 'saeId');
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
