// Entries larger than a bound, however many: a slab is screened, then what is left in doubt is scored for all of its rows.

import { notePair, placesOf, SAME_ERRORS, setLimits } from './screen';
import { dropRows, scoreRows } from './scoring';

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
  dropRows(row, rowCount, columnOf, values, lowest, 0, bound, 0, scratch);
  return row;
}
