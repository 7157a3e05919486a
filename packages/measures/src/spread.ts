import { deviationFormatOf, formatOf, type Measure } from './measure.ts';

/** The mean and spread of a figure over the runs of one configuration. */
export interface Spread {
  /** Number of runs that have the figure. */
  readonly n: number;
  /** Null where no run has it. */
  readonly mean: number | null;
  /** Sample standard deviation (n − 1); null below two runs. */
  readonly deviation: number | null;
}

/** Equal values have a mean that differs from them in its last digits. Below this share of the mean, a deviation is 0. */
const ROUNDING = 1e-9;

/** Over the values that are there: null, undefined and NaN stand for figures that a run does not have. */
export function spreadOf(values: readonly (number | null | undefined)[]): Spread {
  const present = values.filter((value): value is number => value != null && !Number.isNaN(value));
  const n = present.length;
  if (n === 0) return { n, mean: null, deviation: null };
  const mean = present.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { n, mean, deviation: null };
  const squares = present.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (n - 1));
  return { n, mean, deviation: deviation < Math.abs(mean) * ROUNDING ? 0 : deviation };
}

/**
 * The spread as it is written, mean and deviation apart; without a deviation where there is none, or where the mean is
 * infinite.
 *
 * @example
 * spreadParts(FIGURES.l0, spreadOf([31, 33])) // ['32.0', '1.4']
 */
export function spreadParts(
  measure: Measure,
  { mean, deviation }: Spread,
): [mean: string, deviation?: string] {
  const written = formatOf(measure)(mean);
  if (mean === null || deviation === null || !Number.isFinite(mean)) return [written];
  return [written, deviationFormatOf(measure)(deviation)];
}
