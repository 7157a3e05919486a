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
  const filled = [...buckets];
  for (const [index, step] of steps.entries()) {
    if (step < from || step >= until) continue;
    const value = values[index]!;
    add(filled, { start: step - (step % size), min: value, max: value, last: value });
  }
  return filled;
}

/** The same points in larger buckets. */
export function coarser(buckets: readonly CurveBucket[], size: number): CurveBucket[] {
  const merged: CurveBucket[] = [];
  for (const bucket of buckets) add(merged, { ...bucket, start: bucket.start - (bucket.start % size) });
  return merged;
}

/** Adds a bucket, or its points to the last one if it is the same. */
function add(buckets: CurveBucket[], next: CurveBucket): void {
  const last = buckets.at(-1);
  if (last?.start !== next.start) {
    buckets.push(next);
    return;
  }
  buckets[buckets.length - 1] = {
    start: last.start,
    min: next.min < last.min || Number.isNaN(last.min) ? next.min : last.min,
    max: next.max > last.max || Number.isNaN(last.max) ? next.max : last.max,
    last: next.last,
  };
}
