// The k largest entries of each row.

import { keyOf, kthLargest, writeKeys } from './largest';
import { notePair, columnsOf, SAME_ERRORS, setLimits, uppersOf } from './screen';
import { dropRows, score, scoreRows } from './scoring';

/** Share of a row's bound, relative to its norm, that is guessed for the next row. */
const SAFETY: f32 = 0.92;

/** Collects the entries whose upper bound has a key of at least `from`. Returns their number. */
function collect(maybeOf: usize, keys: usize, count: usize, from: u32, columnOf: usize): usize {
  let end = columnOf;
  for (let i: usize = 0; i < count; i++) {
    store<u32>(end, load<u32>(maybeOf + (i << 2)));
    end += (<usize>(load<u32>(keys + (i << 2)) >= from)) << 2;
  }
  return (end - columnOf) >> 2;
}

/** Computes entries of a row. Returns the smallest. */
function smallest(
  x: usize,
  W: usize,
  bias: usize,
  width: usize,
  columnOf: usize,
  count: usize,
  scores: usize,
): f32 {
  score(x, W, bias, width, columnOf, count, scores);
  let least: f32 = Infinity;
  for (let i: usize = 0; i < count; i++) least = min(least, load<f32>(scores + (i << 2)));
  return least;
}

/**
 * Chooses the k largest positive entries of x·Wᵀ + bias, in as many rows as fit into `capacity`. Like `select`, but from
 * quantised products.
 *
 * The k largest entries are at least as large as the smallest of any k. So the k with the largest upper bounds are computed
 * first, and then all that may exceed the smallest of these, for all rows together.
 *
 * @param z quantised products, [rows, columns]; `columns` is a multiple of 16 and at least `rows`
 * @param inputs statistics of these rows of x: scales, norms and norms of the residuals, `inputStride` bytes apart
 * @param scratch 7 numbers per column
 * @param capacity for candidate entries; at least two per column
 * @returns the number of rows that were searched
 */
export function searchTopK(
  z: usize,
  rows: usize,
  columns: usize,
  width: usize,
  x: usize,
  W: usize,
  bias: usize,
  inputs: usize,
  inputStride: usize,
  weights: usize,
  k: usize,
  scratch: usize,
  capacity: usize,
  rowCount: usize,
  columnOf: usize,
  values: usize,
): usize {
  const maybeOf = scratch;
  const uppers = maybeOf + (columns << 2);
  const errors = uppers + (columns << 2);
  const offsets = errors + (columns << 2);
  const keys = offsets + (columns << 2);
  // A bound for each row, which its entries must exceed.
  const bounds = keys + (columns << 2);
  // The notes of two rows, twice.
  const notes = bounds + (columns << 2);
  let total: usize = 0;
  let share: f32 = 0;
  let pair: u64 = 0;
  let guessB: f32 = 0;
  let row: usize = 0;
  for (; row < rows && total + columns <= capacity; row++) {
    const stats = inputs + (row << 2);
    if (row % SAME_ERRORS === 0) {
      const same = min(SAME_ERRORS, rows - row);
      setLimits(same, stats, inputStride, columns, width, weights, bias, 0, errors, offsets);
    }
    const scale = load<f32>(stats);
    const norm = load<f32>(stats + inputStride);
    const from = z + row * (columns << 2);
    // Rows are similar, up to their norm.
    let guess = share * norm;
    let start = notes;
    if (row % 2 === 0) {
      const next: usize = row + 1 < rows ? 1 : 0;
      guessB = share * load<f32>(stats + (next << 2) + inputStride);
      pair = notePair(
        from,
        next,
        columns,
        weights,
        errors,
        offsets,
        stats,
        inputStride,
        guess,
        guessB,
        notes,
      );
    } else {
      guess = guessB;
      start = notes + columns;
      pair >>= 32;
    }
    let end = <usize>(pair & 0xffffffff);
    const into = columnOf + (total << 2);
    let found: usize = 0;
    let least: f32 = 0;
    for (;;) {
      const maybe = columnsOf(start, end, maybeOf);
      if (maybe > k) {
        uppersOf(from, columns, weights, errors, offsets, scale, norm, maybeOf, maybe, uppers);
        writeKeys(uppers, maybe, keys);
        const first = collect(maybeOf, keys, maybe, kthLargest(keys, maybe, k), into);
        least = max(smallest(x + row * (width << 2), W, bias, width, into, first, uppers), 0);
        if (guess === 0 || least > guess) {
          found = collect(maybeOf, keys, maybe, keyOf(least), into);
          break;
        }
        // Entries below the guess may belong to the k largest: lower it, and finally drop it.
        const lower = least * <f32>0.999;
        guess = lower < guess ? lower : 0;
      } else if (guess === 0) {
        memory.copy(into, maybeOf, maybe << 2);
        found = maybe;
        break;
      } else guess = 0;
      // Search this row again, alone.
      start = notes + 2 * columns;
      const alone = notePair(
        from,
        0,
        columns,
        weights,
        errors,
        offsets,
        stats,
        inputStride,
        guess,
        guess,
        start,
      );
      end = <usize>(alone & 0xffffffff);
    }
    // An entry below `least` is not one of the k largest.
    store<f32>(bounds + (row << 2), least > 0 ? reinterpret<f32>(keyOf(least) - 1) : 0);
    store<u32>(rowCount + (row << 2), <u32>found);
    share = least > 0 ? (least / norm) * SAFETY : 0;
    total += found;
  }
  scoreRows(x, row, W, bias, columns, width, rowCount, columnOf, total, values, notes);
  dropRows(row, rowCount, columnOf, values, 0, bounds, 0, k, keys);
  return row;
}
