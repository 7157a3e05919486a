import type { EvaluationRow } from './queries/evaluations.ts';

/**
 * The figures that tables show of each SAE, by the id of its run or of the SAE itself. Where an evaluation was made more
 * than once, those of its latest version on the most tokens count, so that SAEs are compared on the same tokens even if one
 * was evaluated on fewer later.
 *
 * @param evaluations in the order in which they finished, as the queries return them
 */
export function mainFigures(
  evaluations: readonly EvaluationRow[],
  of: 'runId' | 'saeId',
): Map<number, Record<string, number>> {
  const found = new Map<number, Record<string, number>>();
  for (const evaluation of evaluations.toSorted((a, b) => a.version - b.version || a.tokens - b.tokens)) {
    const id = evaluation[of];
    if (id === null) continue;
    const values = Object.entries(evaluation.figures).map(([key, { value }]) => [key, value] as const);
    found.set(id, { ...found.get(id), ...Object.fromEntries(values) });
  }
  return found;
}
