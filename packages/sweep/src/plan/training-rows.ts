import type { PlannedRun } from './sweep-plan.ts';

/** How far the share of rows held out, which goes by documents, may be from the fraction asked for. */
const HOLDOUT_SLACK = 0.1;

type Activations = PlannedRun['activations'];

/**
 * Activations that a run trains on, before they are there: no fewer, or no more, than the number returned. Those of a
 * language model are only estimated until they are extracted.
 *
 * @returns 1 and infinity where nothing is known
 */
export function trainingRows(
  { activations, spec: { evaluation } }: Pick<PlannedRun, 'activations' | 'spec'>,
  bound: 'at least' | 'at most',
): number {
  if (!isExact(activations)) return bound === 'at least' ? 1 : Infinity;
  const rows = activations.estimatedRows;
  if (bound === 'at most' || evaluation.holdout === 0) return rows;
  return Math.max(1, Math.floor(rows * (1 - evaluation.holdout - HOLDOUT_SLACK)));
}

function isExact({ present, hook }: Activations): boolean {
  return present || hook.name === 'synthetic';
}
