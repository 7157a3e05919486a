/** A mean and, over two or more values, their sample standard deviation (n − 1); null where there are too few. */
export interface Spread {
  readonly mean: number | null;
  readonly deviation: number | null;
}

/** Over the values that are there: null, undefined and NaN stand for figures that a run does not have. */
export function spreadOf(values: readonly (number | null | undefined)[]): Spread {
  const present = values.filter((value): value is number => value != null && !Number.isNaN(value));
  const n = present.length;
  if (n === 0) return { mean: null, deviation: null };
  const mean = present.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, deviation: null };
  const squares = present.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (n - 1)) };
}
