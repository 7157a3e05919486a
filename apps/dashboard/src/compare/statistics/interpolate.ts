export interface SparsityPoint {
  readonly l0: number;
  readonly value: number;
}

/** L0s whose relative difference is below this are equal: TopK's differ by rounding alone. */
const EQUAL = 1e-6;

/**
 * The value at an L0, linear in log L0 between the two points next to it. Points of equal L0 count as one with their mean.
 *
 * @returns undefined outside the range of the points: nothing is extrapolated
 */
export function interpolateAt(points: readonly SparsityPoint[], l0: number): number | undefined {
  const merged = mergeEqual(points);
  const same = merged.find((point) => areEqual(point.l0, l0));
  if (same !== undefined) return same.value;
  const after = merged.findIndex((point) => point.l0 > l0);
  if (after < 1) return undefined;
  const [low, high] = [merged[after - 1]!, merged[after]!];
  const share = Math.log(l0 / low.l0) / Math.log(high.l0 / low.l0);
  return low.value + share * (high.value - low.value);
}

/** The smallest and largest L0 of the points that can be interpolated between; undefined without any. */
export function reachOf(points: readonly SparsityPoint[]): readonly [number, number] | undefined {
  const merged = mergeEqual(points);
  return merged.length === 0 ? undefined : [merged[0]!.l0, merged.at(-1)!.l0];
}

function mergeEqual(points: readonly SparsityPoint[]): SparsityPoint[] {
  const placed = points
    .filter(({ l0, value }) => l0 > 0 && Number.isFinite(l0) && Number.isFinite(value))
    .toSorted((a, b) => a.l0 - b.l0);
  const clusters: SparsityPoint[][] = [];
  for (const point of placed) {
    const last = clusters.at(-1);
    if (last !== undefined && areEqual(last[0]!.l0, point.l0)) last.push(point);
    else clusters.push([point]);
  }
  return clusters.map((cluster) => ({
    l0: cluster[0]!.l0,
    value: cluster.reduce((sum, { value }) => sum + value, 0) / cluster.length,
  }));
}

function areEqual(a: number, b: number): boolean {
  return Math.abs(a - b) <= EQUAL * Math.max(a, b);
}
