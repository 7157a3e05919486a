import { tFactor } from './student-t.ts';

/** A mean with its 95 % t interval. */
export interface Interval {
  readonly n: number;
  readonly mean: number;
  /** Null below two values. */
  readonly low: number | null;
  readonly high: number | null;
}

/** Below this share of the largest value, a deviation is rounding: equal values have a mean that differs in its last digits. */
const ROUNDING = 1e-12;

/** The mean of finite values with its 95 % t interval; undefined without values. */
export function intervalOf(values: readonly number[]): Interval | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { n, mean, low: null, high: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (n - 1));
  const size = Math.max(...values.map(Math.abs));
  const half = deviation <= size * ROUNDING ? 0 : (tFactor(n - 1) * deviation) / Math.sqrt(n);
  return { n, mean, low: mean - half, high: mean + half };
}
