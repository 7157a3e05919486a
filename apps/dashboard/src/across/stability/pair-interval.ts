import { tFactor } from '../../compare/statistics/student-t.ts';

/** A value of two seeds. */
export interface SeedPair {
  readonly a: number;
  readonly b: number;
  readonly value: number;
}

/** The mean over pairs of seeds, with its 95 % interval over seeds. */
export interface PairMean {
  readonly mean: number;
  /** Null below three seeds. */
  readonly low: number | null;
  readonly high: number | null;
  readonly pairs: number;
  readonly seeds: number;
}

/** Equal values have a mean that differs from them in its last digits. */
const ROUNDING = 1e-12;

/**
 * The mean over pairs. Pairs that share a seed are not independent: three seeds have three pairs, but not three times the
 * information. So the interval leaves out a seed with all its pairs at a time (jackknife), and has t for the number of seeds
 * less one. It is cut at the values that are possible.
 *
 * Source: Arvesen, "Jackknifing U-statistics", Annals of Mathematical Statistics 40, 1969.
 *
 * @param bounds the least and the largest value that is possible
 * @returns undefined without pairs
 */
export function pairMean(
  pairs: readonly SeedPair[],
  [least, most]: readonly [number, number] = [-Infinity, Infinity],
): PairMean | undefined {
  if (pairs.length === 0) return undefined;
  const mean = meanOf(pairs);
  const seeds = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))];
  const without = seeds
    .map((seed) => pairs.filter(({ a, b }) => a !== seed && b !== seed))
    .filter((left) => left.length > 0)
    .map(meanOf);
  const counts = { pairs: pairs.length, seeds: seeds.length };
  const n = without.length;
  // With two seeds, nothing is left without one.
  if (n < 3) return { mean, low: null, high: null, ...counts };
  const centre = without.reduce((sum, value) => sum + value, 0) / n;
  const variance = ((n - 1) / n) * without.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const deviation = Math.sqrt(variance);
  const half = deviation <= Math.abs(mean) * ROUNDING ? 0 : tFactor(n - 1) * deviation;
  return { mean, low: Math.max(least, mean - half), high: Math.min(most, mean + half), ...counts };
}

function meanOf(pairs: readonly SeedPair[]): number {
  return pairs.reduce((sum, { value }) => sum + value, 0) / pairs.length;
}
