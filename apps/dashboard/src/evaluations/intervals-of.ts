import type { EvaluationRow, MeasuredFigure } from '@sae-lab/db/reading';
import { newestVersions } from './newest-versions.ts';

/** Values this close are the same measurement, computed in another order. */
const SAME = 1e-4;

/**
 * The 95 % intervals of a run's own figures. They come from an evaluation that measured the same value on the same data; one
 * on other tokens has another value, and its interval belongs to that.
 *
 * @returns by the key of the figure
 */
export function intervalsOf(
  figures: Readonly<Record<string, number>>,
  evaluations: readonly EvaluationRow[],
): Map<string, { low: number; high: number }> {
  const found = new Map<string, { low: number; high: number }>();
  for (const { figures: measured } of newestVersions(evaluations)) {
    for (const [key, figure] of Object.entries(measured)) {
      const own = figures[key];
      if (own !== undefined && isInterval(figure) && isSame(own, figure.value)) found.set(key, figure);
    }
  }
  return found;
}

function isInterval(figure: MeasuredFigure): figure is { value: number; low: number; high: number } {
  return figure.low !== null && figure.high !== null;
}

function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= SAME * Math.max(Math.abs(a), Math.abs(b));
}
