interface Placed {
  /** Pixels. */
  readonly cx: number;
  readonly cy: number;
  readonly group: string;
}

/** Pixels; marks are 10 wide. */
const SMALLEST_SQUARE = 2;
const LARGEST_SQUARE = 1024;
const GROWTH = 1.25;

/**
 * At most about `most` points that look like all of them: of those of one group that are within the same square of
 * pixels the first. Squares grow until the points are few enough; points to `keep` are kept in any case.
 */
export function thinPoints<P extends Placed>(
  points: readonly P[],
  most: number,
  keep: (point: P) => boolean,
): readonly P[] {
  let kept = points;
  for (let side = SMALLEST_SQUARE; kept.length > most && side <= LARGEST_SQUARE; side *= GROWTH) {
    const taken = new Set<string>();
    kept = points.filter((point) => {
      const square = `${point.group} ${Math.floor(point.cx / side)} ${Math.floor(point.cy / side)}`;
      if (taken.has(square)) return keep(point);
      taken.add(square);
      return true;
    });
  }
  return kept;
}
