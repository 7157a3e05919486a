import type { BucketedCurve } from './group-mean.ts';

/**
 * A curve in buckets of tokens instead of steps, so that runs of different batch sizes share their buckets. Of several
 * values in a bucket, the last one counts.
 *
 * @param ratio tokens of a bucket of this curve per tokens of a new bucket, at most 1
 */
export function rebucketed({ at, values }: BucketedCurve, ratio: number): BucketedCurve {
  const last = new Map<number, number | null>();
  for (const [index, bucket] of at.entries()) last.set(Math.floor(bucket * ratio), values[index]!);
  return { at: [...last.keys()], values: [...last.values()] };
}
