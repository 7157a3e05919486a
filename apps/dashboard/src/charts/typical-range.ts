/** Of each curve, this share of its points at either end may be outside of the axis. */
const TAIL = 0.05;
/** The axis extends beyond the typical points by this multiple of their range. */
const BEYOND = 0.5;
/** Points are left out only if the axis would otherwise be this many times as long. */
const WORTH = 1.5;
/** Shorter curves are shown as they are. */
const LEAST_POINTS = 20;

/**
 * The range of values in which curves spend their time, if a few extreme points would make it a small part of the axis:
 * the first steps of training have losses far above all others. Undefined if an axis for all points is readable.
 *
 * @param curves the values that can be drawn, a list for each curve
 */
export function typicalRange(curves: readonly (readonly number[])[]): readonly [number, number] | undefined {
  let [low, high, lowest, highest] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const values of curves) {
    const sorted = values.toSorted((a, b) => a - b);
    const [first, last] = [sorted[0], sorted.at(-1)];
    if (first === undefined || last === undefined) continue;
    const isShort = sorted.length < LEAST_POINTS;
    const from = isShort ? first : quantile(sorted, TAIL);
    const to = isShort ? last : quantile(sorted, 1 - TAIL);
    const room = (to - from) * BEYOND;
    low = Math.min(low, Math.max(first, from - room));
    high = Math.max(high, Math.min(last, to + room));
    lowest = Math.min(lowest, first);
    highest = Math.max(highest, last);
  }
  // A curve that is constant but for a few points is about these points.
  const isConstant = !(high - low > 1e-3 * Math.max(Math.abs(low), Math.abs(high)));
  if (isConstant || highest - lowest < WORTH * (high - low)) return undefined;
  return [low, high];
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))]!;
}
