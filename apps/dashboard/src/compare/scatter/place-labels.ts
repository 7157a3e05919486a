/** The label of a mark, in pixels of the chart. */
export interface Labelled {
  readonly facet: string;
  readonly text: string;
  /** Of the mark. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Whether the label ends at the mark instead of starting there. */
  readonly isLeft: boolean;
}

const HEIGHT = 12;
/** How far a label may be from the height of its mark, nearest first. */
const SHIFTS = [0, -HEIGHT, HEIGHT, -2 * HEIGHT, 2 * HEIGHT];
/** Marks of the same name that are closer than this share a label. */
const SAME = 4;

interface Box {
  readonly facet: string;
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

/**
 * How far each label is moved up or down so that none covers another; undefined for one that has no room, or that would
 * repeat its neighbour. The order of the labels decides which of them has the better place.
 */
export function placeLabels(labels: readonly Labelled[]): (number | undefined)[] {
  const boxes: Box[] = [];
  const shown: Labelled[] = [];
  return labels.map((label) => {
    const { facet, text, x, y, width, isLeft } = label;
    const repeats = shown.some(
      (other) =>
        other.facet === facet &&
        other.text === text &&
        Math.abs(other.x - x) < SAME &&
        Math.abs(other.y - y) < SAME,
    );
    if (repeats) return undefined;
    const box = { facet, left: isLeft ? x - width : x, right: isLeft ? x : x + width };
    const shift = SHIFTS.find((by) => !boxes.some((other) => overlap(other, { ...box, y: y + by })));
    if (shift === undefined) return undefined;
    boxes.push({ ...box, y: y + shift });
    shown.push(label);
    return shift;
  });
}

function overlap(a: Box, b: Box): boolean {
  return a.facet === b.facet && a.left < b.right && b.left < a.right && Math.abs(a.y - b.y) < HEIGHT;
}
