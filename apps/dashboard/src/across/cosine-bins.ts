/** A histogram of cosines as shares of the values, so that different numbers of latents compare. */
export interface CosineBins {
  /** Bin i has the values from `edges[i]` to `edges[i + 1]`. */
  readonly edges: readonly number[];
  readonly shares: readonly number[];
  /** Values counted. */
  readonly count: number;
}

const BINS = 50;

/** Bins of [−1, 1] without the empty ones at the lower end. NaN is not counted. */
export function cosineBins(values: readonly number[]): CosineBins {
  const counts = Array.from({ length: BINS }, () => 0);
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    counts[Math.min(BINS - 1, Math.max(0, Math.floor(((value + 1) / 2) * BINS)))]! += 1;
    count += 1;
  }
  return sharesOf({ edges: EDGES, counts }, count);
}

/** Merges the bins of a stored histogram of [−1, 1]. */
export function storedBins({
  edges,
  counts,
}: {
  edges: readonly number[];
  counts: readonly number[];
}): CosineBins {
  const merged = Array.from({ length: BINS }, () => 0);
  counts.forEach((count, bin) => {
    const middle = (edges[bin]! + edges[bin + 1]!) / 2;
    merged[Math.min(BINS - 1, Math.floor(((middle + 1) / 2) * BINS))]! += count;
  });
  return sharesOf(
    { edges: EDGES, counts: merged },
    counts.reduce((sum, count) => sum + count, 0),
  );
}

const EDGES = Array.from({ length: BINS + 1 }, (_, i) => Math.round((-1 + (2 * i) / BINS) * 1e6) / 1e6);

function sharesOf(
  { edges, counts }: { edges: readonly number[]; counts: readonly number[] },
  count: number,
): CosineBins {
  return { edges, count, shares: counts.map((one) => (count === 0 ? 0 : one / count)) };
}
