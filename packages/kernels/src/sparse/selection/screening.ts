/**
 * Screening by 8-bit products. Their error is bounded, which rules out most entries; only the rest are computed as floats.
 * When few entries are chosen, this is several times faster than the full float product.
 */
import type { Heap, Scratch } from '../../heap/heap.ts';
import type { Operands, Search } from '../../tasks/search.ts';
import type { EntryChoice } from '../support.ts';

type Screening = Pick<Search, 'xQuantised' | 'WQuantised' | 'xStats' | 'WStats'>;

export const NO_SCREENING: Screening = { xQuantised: 0, WQuantised: 0, xStats: 0, WStats: 0 };

/** Below these sizes, the float product is faster than screening. */
const LEAST = { rows: 256, columns: 2048, width: 64 };
/** Sums of wider products would overflow 32 bits. */
const WIDEST = 32_768;
/** Largest share of chosen entries: each costs a dot product, and so do about as many entries that are not chosen. */
const MOST_CHOSEN = 0.025;
/** Largest share of columns for which a choice with a mask gets its own product. */
const MOST_ALLOWED = 0.25;
/** Smallest scale of a quantised row, below which squares of its residuals would underflow. */
const LEAST_SCALE = 1e-15;
/** Rows of W that are quantised together; a divisor of columns and width. */
const GROUP = 16;
/** Statistics per quantised row. */
const STATS = 4;

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
    if (choice.mask !== undefined) {
      if (allowed[i]!.length > MOST_ALLOWED * columns) return false;
      continue;
    }
    // A choice without allowed columns has nothing to search.
    if (allowed[i]!.length === 0) return false;
    screened++;
    if (('k' in choice ? choice.k / columns : (density ?? 1)) > MOST_CHOSEN) return false;
  }
  return screened > 0;
}

/**
 * Quantises x and W.
 *
 * @returns undefined if the processor has no exact 8-bit product, if a value is not finite (the float search keeps it
 *   visible), or if a row is so small that the bound would underflow
 */
export function screening(
  heap: Heap,
  scratch: Scratch,
  { x, W, bias, rows, width, columns }: Operands,
): Screening | undefined {
  const levels = heap.weightLevels;
  if (levels === 0) return undefined;
  const [xQuantised, WQuantised] = [
    scratch.allocate(Math.ceil((rows * width) / 4)),
    scratch.allocate(Math.ceil((columns * width) / 4)),
  ];
  const [xStats, WStats] = [scratch.allocate(STATS * rows), scratch.allocate(STATS * columns)];
  heap.rows('quantiseInputs', rows, [rows, width, x, xQuantised, xStats]);
  const groups = columns / GROUP;
  const ofGroups = scratch.allocate(groups * 4 * (width + 32));
  heap.rows('quantiseWeights', groups, [columns, width, W, WQuantised, WStats, levels, ofGroups]);
  const isSound =
    isBounded(heap, xStats, rows) &&
    isBounded(heap, WStats, columns) &&
    (bias === undefined || Number.isFinite(heap.sum(bias, columns)));
  return isSound ? { xQuantised, WQuantised, xStats, WStats } : undefined;
}

/** Whether the statistics of all rows (scales, norms, norms of the residuals) yield a bound. */
function isBounded(heap: Heap, stats: number, rows: number): boolean {
  const scales = heap.floats(stats, rows);
  for (let row = 0; row < rows; row++) {
    const scale = scales[row]!;
    if (scale > 0 && scale < LEAST_SCALE) return false;
  }
  return Number.isFinite(heap.sum(stats, 3 * rows));
}
