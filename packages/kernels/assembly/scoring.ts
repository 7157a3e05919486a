// Computes the entries that screening leaves undecided, and drops those that are too small.

import { keepLargest } from './largest';
import { dots } from './rows';

/** Half of a cache that holds the rows of x and of W that are multiplied in turn. */
const HALF_CACHE: usize = 1 << 19;
/** Least mean number of products of a row with a group of rows of W: four are computed at a time. */
const LEAST_PRODUCTS: usize = 8;

/** Computes entries as floats. An unscreened search has the same values up to the order of additions. */
export function score(
  x: usize,
  W: usize,
  bias: usize,
  width: usize,
  columnOf: usize,
  count: usize,
  values: usize,
): void {
  dots(x, W, columnOf, count, width, values);
  if (bias === 0) return;
  for (let i: usize = 0; i < count; i++) {
    const at = values + (i << 2);
    store<f32>(at, load<f32>(at) + load<f32>(bias + ((<usize>load<u32>(columnOf + (i << 2))) << 2)));
  }
}

/**
 * `score` for many rows with contiguous entries. It works through W in groups of rows, which are read from distant memory
 * once for all rows instead of once per row.
 *
 * @param cursors scratch for a number per row
 */
export function scoreRows(
  x: usize,
  rows: usize,
  W: usize,
  bias: usize,
  columns: usize,
  width: usize,
  rowCount: usize,
  columnOf: usize,
  total: usize,
  values: usize,
  cursors: usize,
): void {
  let start: usize = 0;
  for (let row: usize = 0; row < rows; row++) {
    store<u32>(cursors + (row << 2), <u32>start);
    start += <usize>load<u32>(rowCount + (row << 2));
  }
  const group = max(HALF_CACHE / (width << 2), (LEAST_PRODUCTS * columns * rows) / max<usize>(total, 1)) + 1;
  for (let first: usize = 0; first < columns; first += group) {
    const end = <u32>(first + group);
    start = 0;
    for (let row: usize = 0; row < rows; row++) {
      start += <usize>load<u32>(rowCount + (row << 2));
      const from: usize = load<u32>(cursors + (row << 2));
      let to = from;
      while (to < start && load<u32>(columnOf + (to << 2)) < end) to++;
      score(x + row * (width << 2), W, bias, width, columnOf + (from << 2), to - from, values + (from << 2));
      store<u32>(cursors + (row << 2), <u32>to);
    }
  }
}

/** Drops entries that do not exceed their bound. Returns the number that remain. */
function drop(columnOf: usize, values: usize, count: usize, lowest: usize, bound: f32): usize {
  let kept: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    const column = load<u32>(columnOf + (i << 2));
    const value = load<f32>(values + (i << 2));
    store<u32>(columnOf + (kept << 2), column);
    store<f32>(values + (kept << 2), value);
    const least = lowest === 0 ? bound : load<f32>(lowest + ((<usize>column) << 2));
    kept += <usize>!(value <= least);
  }
  return kept;
}

/**
 * Drops the entries of `rows` rows that do not exceed their bound, and closes the gaps.
 *
 * @param lowest a bound for each column, or 0
 * @param bounds a bound for each row, or 0 to use `bound` for all
 * @param k most entries that a row keeps, by size; 0 for no limit
 * @param keys scratch for a number per entry of a row; needed only with a limit
 */
export function dropRows(
  rows: usize,
  rowCount: usize,
  columnOf: usize,
  values: usize,
  lowest: usize,
  bounds: usize,
  bound: f32,
  k: usize,
  keys: usize,
): void {
  let from: usize = 0;
  let to: usize = 0;
  for (let row: usize = 0; row < rows << 2; row += 4) {
    const maybe: usize = load<u32>(rowCount + row);
    const columns = columnOf + (from << 2);
    const numbers = values + (from << 2);
    let kept = drop(columns, numbers, maybe, lowest, bounds === 0 ? bound : load<f32>(bounds + row));
    if (k > 0 && kept > k) {
      keepLargest(k, kept, columns, numbers, keys);
      kept = k;
    }
    memory.copy(columnOf + (to << 2), columns, kept << 2);
    memory.copy(values + (to << 2), numbers, kept << 2);
    store<u32>(rowCount + row, <u32>kept);
    from += maybe;
    to += kept;
  }
}
