/**
 * Whether and how to search by products of 8-bit numbers. They say of most entries that they are too small, with
 * certainty; the rest is computed as floats. Several times as fast as the whole product where few entries are chosen.
 */
import type { Heap, Room } from '../../heap/heap.ts';
import type { Operands, Search } from '../../tasks/search.ts';
import type { EntryChoice } from '../support.ts';

type Screening = Pick<Search, 'xWhole' | 'WWhole' | 'aboutX' | 'aboutW'>;

export const NO_SCREENING: Screening = { xWhole: 0, WWhole: 0, aboutX: 0, aboutW: 0 };

/** A smaller product is over before screening has begun. */
const LEAST = { rows: 256, columns: 2048, width: 64 };
/** Sums of wider products would not fit in 32 bits. */
const WIDEST = 32_768;
/** Each entry chosen costs a product of two rows of its own, and so do about as many that are not. */
const BELOW = 0.025;
/** Columns of a choice with a product of its own. */
const FEW = 0.25;
/** Of a row's largest number, over 127. */
const SMALLEST = 1e-15;
/** Rows of W that are quantised together; divides columns and width. */
const GROUP = 16;
/** Numbers about each row. */
const ABOUT = 4;

export function isWorthScreening(
  { rows, columns, width }: Operands,
  choices: readonly EntryChoice[],
  allowed: readonly Int32Array[],
  density: number | undefined,
): boolean {
  if (
    rows < LEAST.rows ||
    columns < LEAST.columns ||
    width < LEAST.width ||
    columns % GROUP !== 0 ||
    width % GROUP !== 0 ||
    width > WIDEST
  )
    return false;
  let screened = 0;
  for (const [i, choice] of choices.entries()) {
    if (choice.among !== undefined) {
      if (allowed[i]!.length > FEW * columns) return false;
      continue;
    }
    // Where none is allowed, nothing is searched.
    if (allowed[i]!.length === 0) return false;
    screened++;
    if (('k' in choice ? choice.k / columns : (density ?? 1)) > BELOW) return false;
  }
  return screened > 0;
}

/**
 * Undefined where the processor cannot, where a number is not finite, which must show, or where a row is so small that the
 * squares of what its whole numbers leave would be 0.
 */
export function screening(
  heap: Heap,
  room: Room,
  { x, W, bias, rows, width, columns }: Operands,
): Screening | undefined {
  const levels = heap.weightLevels;
  if (levels === 0) return undefined;
  const [xWhole, WWhole] = [
    room.take(Math.ceil((rows * width) / 4)),
    room.take(Math.ceil((columns * width) / 4)),
  ];
  const [aboutX, aboutW] = [room.take(ABOUT * rows), room.take(ABOUT * columns)];
  heap.rows('quantiseInputs', rows, [rows, width, x, xWhole, aboutX]);
  const groups = columns / GROUP;
  const rooms = room.take(groups * 4 * (width + 32));
  heap.rows('quantiseWeights', groups, [columns, width, W, WWhole, aboutW, levels, rooms]);
  const isSound =
    isKnown(heap, aboutX, rows) &&
    isKnown(heap, aboutW, columns) &&
    (bias === undefined || Number.isFinite(heap.sum(bias, columns)));
  return isSound ? { xWhole, WWhole, aboutX, aboutW } : undefined;
}

/** Whether what is said about rows holds: scales, norms, norms of what is left. */
function isKnown(heap: Heap, about: number, rows: number): boolean {
  const scales = heap.floats(about, rows);
  for (let row = 0; row < rows; row++) {
    const scale = scales[row]!;
    if (scale > 0 && scale < SMALLEST) return false;
  }
  return Number.isFinite(heap.sum(about, 3 * rows));
}
