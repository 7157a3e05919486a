/** A mark, in pixels of the chart. */
interface Placed {
  readonly facet: string;
  readonly x: number;
  readonly y: number;
}

/** The label of a mark. */
interface Labelled extends Placed {
  readonly width: number;
  /** Whether the label ends at the mark instead of starting there. */
  readonly isLeft: boolean;
}

const HEIGHT = 12;
/** How far a label may be from the height of its mark, nearest first. */
const SHIFTS = [0, -HEIGHT, HEIGHT, -2 * HEIGHT, 2 * HEIGHT];
/** Marks of one name that are closer than this share a label. */
const SAME = 5;

interface Box {
  readonly facet: string;
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

/** The marks of one name that are at one place of one chart. */
export function clustersOf<P extends Placed & { readonly name: string }>(marks: readonly P[]): [P, ...P[]][] {
  const clusters: [P, ...P[]][] = [];
  for (const mark of marks) {
    const found = clusters.find(
      ([first]) =>
        first.facet === mark.facet &&
        first.name === mark.name &&
        Math.abs(first.x - mark.x) < SAME &&
        Math.abs(first.y - mark.y) < SAME,
    );
    if (found === undefined) clusters.push([mark]);
    else found.push(mark);
  }
  return clusters;
}

/**
 * How far each label is moved up or down so that none covers another; undefined for one that has no room. The order of the
 * labels decides which of them has the better place.
 */
export function placeLabels(labels: readonly Labelled[]): (number | undefined)[] {
  const boxes: Box[] = [];
  return labels.map(({ facet, x, y, width, isLeft }) => {
    const box = { facet, left: isLeft ? x - width : x, right: isLeft ? x : x + width };
    const shift = SHIFTS.find((by) => !boxes.some((other) => overlap(other, { ...box, y: y + by })));
    if (shift !== undefined) boxes.push({ ...box, y: y + shift });
    return shift;
  });
}

function overlap(a: Box, b: Box): boolean {
  return a.facet === b.facet && a.left < b.right && b.left < a.right && Math.abs(a.y - b.y) < HEIGHT;
}
