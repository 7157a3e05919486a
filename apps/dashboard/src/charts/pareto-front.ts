export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Values whose relative difference is below this are equal: summing in another order changes them as much. Readers see
 * four digits.
 */
const EQUAL = 1e-6;

/** The differences in x and y below which values are equal, however small they are. */
interface Rounding {
  readonly x: number;
  readonly y: number;
}

const isAbove = (a: number, b: number, rounding: number) =>
  a - b > Math.max(rounding, EQUAL * Math.max(Math.abs(a), Math.abs(b)));

/**
 * The points that no other point dominates, from left to right. A point dominates another if its x is not larger, its y
 * is not smaller, and one of them is better. Of equal points the first is on the front; non-finite points never are.
 */
export function paretoFront<P extends Point>(points: readonly P[], rounding: Rounding = { x: 0, y: 0 }): P[] {
  const byX = points
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
    .toSorted((a, b) => a.x - b.x || b.y - a.y);
  const front: P[] = [];
  for (const point of byX) {
    const last = front.at(-1);
    if (last !== undefined && !isAbove(point.y, last.y, rounding.y)) continue;
    // At the same x, it dominates the last point.
    if (last !== undefined && !isAbove(point.x, last.x, rounding.x)) front.pop();
    front.push(point);
  }
  return front;
}
