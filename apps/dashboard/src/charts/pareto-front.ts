export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Values that differ by less than this part of themselves are equal: sums in another order differ as much. What a
 * reader sees has four digits.
 */
const EQUAL = 1e-6;

const isAbove = (a: number, b: number) => a - b > EQUAL * Math.max(Math.abs(a), Math.abs(b));

/**
 * The points that no other one beats: none has a smaller or equal x and a larger or equal y, and is better in one
 * of them. From left to right; of equal points the first. Those that are not finite are on no front.
 */
export function paretoFront<P extends Point>(points: readonly P[]): P[] {
  const byX = points
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
    .toSorted((a, b) => a.x - b.x || b.y - a.y);
  const front: P[] = [];
  for (const point of byX) {
    const last = front.at(-1);
    if (last !== undefined && !isAbove(point.y, last.y)) continue;
    // At the same x, it beats the last one.
    if (last !== undefined && !isAbove(point.x, last.x)) front.pop();
    front.push(point);
  }
  return front;
}
