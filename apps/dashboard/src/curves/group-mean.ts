import { intervalOf } from '../compare/statistics/interval.ts';

export interface BucketedCurve {
  /** Rising bucket numbers. */
  readonly at: readonly number[];
  readonly values: readonly (number | null)[];
}

export interface MeanPoint {
  readonly at: number;
  readonly n: number;
  readonly mean: number;
  /** The ends of the 95 % t interval; the mean itself where there is one curve. */
  readonly low: number;
  readonly high: number;
}

/** The mean of several curves in each bucket that any of them has, over those that have it. */
export function groupMean(curves: readonly BucketedCurve[]): MeanPoint[] {
  const byBucket = new Map<number, number[]>();
  for (const { at, values } of curves) {
    for (const [index, bucket] of at.entries()) {
      const value = values[index];
      if (value === null || value === undefined) continue;
      const found = byBucket.get(bucket);
      if (found === undefined) byBucket.set(bucket, [value]);
      else found.push(value);
    }
  }
  return [...byBucket]
    .toSorted(([a], [b]) => a - b)
    .map(([at, values]) => {
      const { n, mean, low, high } = intervalOf(values)!;
      return { at, n, mean, low: low ?? mean, high: high ?? mean };
    });
}
