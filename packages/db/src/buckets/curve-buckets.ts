/** The points of a curve in steps `start` to `start + size − 1`. */
export interface CurveBucket {
  readonly start: number;
  readonly min: number;
  readonly max: number;
  /** The value at the last step of the bucket. */
  readonly last: number;
}

/** Points of a curve; steps rise. */
export interface Points {
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/** The smallest power of two with which the steps from `first` to `last` fit into this number of buckets. */
export function bucketSize(first: number, last: number, buckets: number): number {
  let size = 1;
  while (Math.floor(last / size) - Math.floor(first / size) + 1 > buckets) size *= 2;
  return size;
}

/**
 * Buckets with the points that follow theirs. Buckets start at multiples of their size, so that new points and a
 * different window never move an edge. NaN is left out of `min` and `max` unless a bucket has nothing else.
 *
 * @param size steps of a bucket: a power of two
 * @param from the first step of the window
 * @param until the step after its last one
 */
export function fill(
  buckets: readonly CurveBucket[],
  { steps, values }: Points,
  { size, from = 0, until = Infinity }: { size: number; from?: number; until?: number },
): CurveBucket[] {
  const merged = merger(buckets);
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index]!;
    const value = values[index]!;
    if (step >= from && step < until) merged.add(step - (step % size), value, value, value);
  }
  return merged.buckets;
}

/** The same points in larger buckets. */
export function coarser(buckets: readonly CurveBucket[], size: number): CurveBucket[] {
  const merged = merger([]);
  for (const { start, min, max, last } of buckets) merged.add(start - (start % size), min, max, last);
  return merged.buckets;
}

/** Adds points to the last of some buckets, or to new ones after it. A curve has 10,000 points: none makes an object. */
function merger(given: readonly CurveBucket[]) {
  const buckets = [...given];
  let current: { -readonly [Key in keyof CurveBucket]: CurveBucket[Key] } | undefined;
  return {
    buckets,
    add(start: number, min: number, max: number, last: number): void {
      if (current?.start !== start) {
        const before = buckets.at(-1);
        // The given one may be shared.
        if (before?.start === start) buckets[buckets.length - 1] = current = { ...before };
        else {
          buckets.push((current = { start, min, max, last }));
          return;
        }
      }
      // Written so that a NaN never replaces a number, and a number always replaces a NaN.
      if (min < current.min || Number.isNaN(current.min)) current.min = min;
      if (max > current.max || Number.isNaN(current.max)) current.max = max;
      current.last = last;
    },
  };
}
