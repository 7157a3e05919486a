import type { PlannedRun } from './sweep-plan.ts';

/** Largest difference between the fraction to hold out and the held-out rows: whole documents are held out. */
const HOLDOUT_SLACK = 0.1;

type Activations = PlannedRun['activations'];

/**
 * A bound on the number of activations that a run trains on, before they are extracted. For a language model it is
 * unknown until then.
 *
 * @returns 1 or infinity if nothing is known
 */
export function trainingRows(
  { activations, spec: { evaluation } }: Pick<PlannedRun, 'activations' | 'spec'>,
  bound: 'at least' | 'at most',
): number {
  if (!hasExactRows(activations)) return bound === 'at least' ? 1 : Infinity;
  const rows = activations.estimatedRows;
  if (bound === 'at most' || evaluation.holdout === 0) return rows;
  return Math.max(1, Math.floor(rows * (1 - evaluation.holdout - HOLDOUT_SLACK)));
}

function hasExactRows({ present, isExact = false }: Activations): boolean {
  return present || isExact;
}
