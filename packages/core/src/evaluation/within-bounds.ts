import { figureOf } from '@sae-lab/measures';
import type { EvaluationResult } from './contract.ts';

/**
 * Cuts intervals at the smallest and the largest value that their figures can have. What is cut off cannot be the true value,
 * so the coverage stays. An interval still contains its value, which rounding may have put just beyond the bound.
 */
export function withinBounds(result: EvaluationResult): EvaluationResult {
  const intervals = Object.entries(result.intervals).map(([key, { low, high }]) => {
    const { bounds: [least, most] = [-Infinity, Infinity] } = figureOf(key);
    const value = result.figures[key]!;
    return [key, { low: Math.min(value, Math.max(low, least)), high: Math.max(value, Math.min(high, most)) }];
  });
  return { ...result, intervals: Object.fromEntries(intervals) };
}
