import type { EvaluationRow } from './queries/evaluations.ts';

/**
 * The newest value of each figure, by the id of the run or SAE that it belongs to.
 *
 * @param evaluations in the order in which they finished, as the queries return them
 */
export function newestFigures(
  evaluations: readonly EvaluationRow[],
  of: 'runId' | 'saeId',
): Map<number, Record<string, number>> {
  const found = new Map<number, Record<string, number>>();
  for (const evaluation of evaluations) {
    const id = evaluation[of];
    if (id === null) continue;
    const values = Object.entries(evaluation.figures).map(([key, { value }]) => [key, value] as const);
    found.set(id, { ...found.get(id), ...Object.fromEntries(values) });
  }
  return found;
}
