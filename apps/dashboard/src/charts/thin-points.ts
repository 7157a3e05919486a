interface Placed {
  /** Pixels. */
  readonly cx: number;
  readonly cy: number;
  readonly group: string;
}

/** In pixels. Marks are 10 pixels wide. */
const SMALLEST_SQUARE = 2;
const LARGEST_SQUARE = 1024;
const GROWTH = 1.25;

/**
 * Reduces points to about `most` that look the same: of each group, the first point in every square of pixels. The
 * squares grow until few enough points are left. Points to `keep` always stay.
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
