/** A point with both coordinates in the direction of better: larger is better. */
export interface Gain {
  readonly x: number;
  readonly y: number;
}

/**
 * The area that is dominated by the points and dominates the reference point. Points that do not dominate the reference
 * point add nothing.
 */
export function hypervolume(points: readonly Gain[], reference: Gain): number {
  const sorted = points
    .filter(({ x, y }) => x > reference.x && y > reference.y)
    .toSorted((a, b) => b.x - a.x || b.y - a.y);
  let area = 0;
  let reached = reference.y;
  for (const { x, y } of sorted) {
    if (y <= reached) continue;
    area += (x - reference.x) * (y - reached);
    reached = y;
  }
  return area;
}
