// What a screen leaves in doubt is computed, and what is too small is dropped.

import { keepLargest } from './largest';
import { dots } from './rows';

/** Rows of x and of W that are multiplied by turns stay in a cache of this size, each half of it. */
const HALF_CACHE: usize = 1 << 19;
/** A row's products with a group of rows of W, at least on average: they are computed four at a time. */
const LEAST_PRODUCTS: usize = 8;

/** The entries themselves: what a search without screening would have, but for the order of additions. */
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
 * `score` for many rows, whose entries lie one after the other: group by group of the rows of W, so that those are read
 * from memory far away once for all rows and not for each.
 *
 * @param cursors room for a number per row
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

/** Drops entries that are no larger than their bound; their count. */
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
 * Drops the entries of `rows` rows that are no larger than their bound, and leaves no gap.
 *
 * @param lowest a bound for each column, or 0
 * @param bounds a bound for each row, or 0: `bound` for all
 * @param k most entries that a row keeps: its largest; 0 for no limit
 * @param keys room for a number per entry of a row; only needed with a limit
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
    const places = columnOf + (from << 2);
    const numbers = values + (from << 2);
    let kept = drop(places, numbers, maybe, lowest, bounds === 0 ? bound : load<f32>(bounds + row));
    if (k > 0 && kept > k) {
      keepLargest(k, kept, places, numbers, keys);
      kept = k;
    }
    memory.copy(columnOf + (to << 2), places, kept << 2);
    memory.copy(values + (to << 2), numbers, kept << 2);
    store<u32>(rowCount + row, <u32>kept);
    from += maybe;
    to += kept;
  }
}
