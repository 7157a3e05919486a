// Entries larger than a bound, however many: a slab is screened, then what is left in doubt is scored for all of its rows.

import { drop, notePair, placesOf, SAME_ERRORS, score, setLimits } from './screen';

/** Rows of x and of W that are multiplied by turns stay in a cache of this size, each half of it. */
const HALF_CACHE: usize = 1 << 19;
/** A row's products with a group of rows of W, at least on average: they are computed four at a time. */
const LEAST_PRODUCTS: usize = 8;

/**
 * `score` for many rows, whose entries lie one after the other: group by group of the rows of W, so that those are read
 * from memory far away once for all rows and not for each.
 *
 * @param cursors room for a number per row
 */
function scoreRows(
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

/**
 * Chooses the entries of x·Wᵀ + bias that are larger than their bound, in as many of the rows as there is room for: what
 * `select` chooses without a limit, from products of whole numbers; see `searchTopK`.
 *
 * @param room for so many entries that may be chosen; at least two per column
 * @returns how many rows were searched
 */
export function searchOpen(
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
  lowest: usize,
  bound: f32,
  scratch: usize,
  room: usize,
  rowCount: usize,
  columnOf: usize,
  values: usize,
): usize {
  const errors = scratch;
  const offsets = errors + (columns << 2);
  const notes = offsets + (columns << 2);
  const least: f32 = lowest === 0 ? bound : 0;
  let total: usize = 0;
  let row: usize = 0;
  while (row < rows && total + 2 * columns <= room) {
    const about = inputs + (row << 2);
    if (row % SAME_ERRORS === 0) {
      const same = min(SAME_ERRORS, rows - row);
      setLimits(same, about, inputStride, columns, width, weights, bias, lowest, errors, offsets);
    }
    // The last row may have none behind it.
    const next: usize = row + 1 < rows ? 1 : 0;
    const from = z + row * (columns << 2);
    const ends = notePair(
      from,
      next,
      columns,
      weights,
      errors,
      offsets,
      about,
      inputStride,
      least,
      least,
      notes,
    );
    const first = placesOf(notes, <usize>(ends & 0xffffffff), columnOf + (total << 2));
    store<u32>(rowCount + (row++ << 2), <u32>first);
    total += first;
    if (next === 0) break;
    const second = placesOf(notes + columns, <usize>(ends >> 32), columnOf + (total << 2));
    store<u32>(rowCount + (row++ << 2), <u32>second);
    total += second;
  }
  scoreRows(x, row, W, bias, columns, width, rowCount, columnOf, total, values, scratch);
  // What is dropped leaves no gap.
  let from: usize = 0;
  let to: usize = 0;
  for (let i: usize = 0; i < row; i++) {
    const maybe: usize = load<u32>(rowCount + (i << 2));
    const kept = drop(columnOf + (from << 2), values + (from << 2), maybe, lowest, bound);
    memory.copy(columnOf + (to << 2), columnOf + (from << 2), kept << 2);
    memory.copy(values + (to << 2), values + (from << 2), kept << 2);
    store<u32>(rowCount + (i << 2), <u32>kept);
    from += maybe;
    to += kept;
  }
  return row;
}
