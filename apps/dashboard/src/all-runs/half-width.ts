import { tFactor } from '../compare/statistics/student-t.ts';

/** Below this share of the mean, the deviation of equal values is rounding. */
const ROUNDING = 1e-9;

interface Mean {
  readonly n: number;
  readonly mean: number;
  /** Of the sample; null below two values. */
  readonly deviation: number | null;
}

/** Half the width of the 95 % t interval of a mean; null below two values. */
export function halfWidth({ n, mean, deviation }: Mean): number | null {
  if (deviation === null || n < 2) return null;
  return deviation < Math.abs(mean) * ROUNDING ? 0 : (tFactor(n - 1) * deviation) / Math.sqrt(n);
}
