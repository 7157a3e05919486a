// All entries above a bound: a slab is screened, then the undecided entries of all rows are scored together.

import { notePair, columnsOf, SAME_ERRORS, setLimits } from './screen';
import { dropRows, scoreRows } from './scoring';

/**
 * Chooses the entries of x·Wᵀ + bias that exceed their bound, in as many rows as fit into `capacity`. Like `select` without a
 * limit, but from quantised products; see `searchTopK`.
 *
 * @param capacity for candidate entries; at least two per column
 * @returns the number of rows that were searched
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
  capacity: usize,
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
  while (row < rows && total + 2 * columns <= capacity) {
    const stats = inputs + (row << 2);
    if (row % SAME_ERRORS === 0) {
      const same = min(SAME_ERRORS, rows - row);
      setLimits(same, stats, inputStride, columns, width, weights, bias, lowest, errors, offsets);
    }
    // The last row may not have a next one.
    const next: usize = row + 1 < rows ? 1 : 0;
    const from = z + row * (columns << 2);
    const ends = notePair(
      from,
      next,
      columns,
      weights,
      errors,
      offsets,
      stats,
      inputStride,
      least,
      least,
      notes,
    );
    const first = columnsOf(notes, <usize>(ends & 0xffffffff), columnOf + (total << 2));
    store<u32>(rowCount + (row++ << 2), <u32>first);
    total += first;
    if (next === 0) break;
    const second = columnsOf(notes + columns, <usize>(ends >> 32), columnOf + (total << 2));
    store<u32>(rowCount + (row++ << 2), <u32>second);
    total += second;
  }
  scoreRows(x, row, W, bias, columns, width, rowCount, columnOf, total, values, scratch);
  dropRows(row, rowCount, columnOf, values, lowest, 0, bound, 0, scratch);
  return row;
}
