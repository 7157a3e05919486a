// The k largest entries of each row.

import { keyOf, kthLargest, writeKeys } from './largest';
import { notePair, placesOf, SAME_ERRORS, setLimits, uppersOf } from './screen';
import { dropRows, score, scoreRows } from './scoring';

/** Of what the k-th largest of a row is at least: what the next row's entries may at least be. */
const SAFETY: f32 = 0.92;

/** Entries whose highest possible value has a key from `from` on, side by side; their count. */
function collect(places: usize, keys: usize, count: usize, from: u32, columnOf: usize): usize {
  let end = columnOf;
  for (let i: usize = 0; i < count; i++) {
    store<u32>(end, load<u32>(places + (i << 2)));
    end += (<usize>(load<u32>(keys + (i << 2)) >= from)) << 2;
  }
  return (end - columnOf) >> 2;
}

/** The smallest of entries of a row, which are computed. */
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
 * Chooses the k largest entries of x·Wᵀ + bias that are > 0, in as many of the rows as there is room for: what `select`
 * chooses, from products of whole numbers.
 *
 * The k largest have at least the size of the smallest of any k entries. So those that are likely to be the largest are
 * computed first, and then all that may exceed the smallest of them, for all rows at once.
 *
 * @param z products of whole numbers, [rows, columns]; `columns` is a multiple of 16, and not less than `rows`
 * @param inputs about these rows of x: scales, and at `inputStride` from each other norms and norms of the rest
 * @param scratch room for 7 numbers per column
 * @param room for so many entries that may be chosen; at least two per column
 * @returns how many rows were searched
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
  room: usize,
  rowCount: usize,
  columnOf: usize,
  values: usize,
): usize {
  const places = scratch;
  const uppers = places + (columns << 2);
  const errors = uppers + (columns << 2);
  const offsets = errors + (columns << 2);
  const keys = offsets + (columns << 2);
  // Of each row: what its entries must exceed.
  const bounds = keys + (columns << 2);
  // Room for the notes of two rows, twice.
  const notes = bounds + (columns << 2);
  let total: usize = 0;
  let share: f32 = 0;
  let pair: u64 = 0;
  let guessB: f32 = 0;
  let row: usize = 0;
  for (; row < rows && total + columns <= room; row++) {
    const about = inputs + (row << 2);
    if (row % SAME_ERRORS === 0) {
      const same = min(SAME_ERRORS, rows - row);
      setLimits(same, about, inputStride, columns, width, weights, bias, 0, errors, offsets);
    }
    const scale = load<f32>(about);
    const norm = load<f32>(about + inputStride);
    const from = z + row * (columns << 2);
    // Rows resemble each other, but for their norm.
    let guess = share * norm;
    let start = notes;
    if (row % 2 === 0) {
      const next: usize = row + 1 < rows ? 1 : 0;
      guessB = share * load<f32>(about + (next << 2) + inputStride);
      pair = notePair(
        from,
        next,
        columns,
        weights,
        errors,
        offsets,
        about,
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
      const maybe = placesOf(start, end, places);
      if (maybe > k) {
        uppersOf(from, columns, weights, errors, offsets, scale, norm, places, maybe, uppers);
        writeKeys(uppers, maybe, keys);
        const first = collect(places, keys, maybe, kthLargest(keys, maybe, k), into);
        least = max(smallest(x + row * (width << 2), W, bias, width, into, first, uppers), 0);
        if (guess === 0 || least > guess) {
          found = collect(places, keys, maybe, keyOf(least), into);
          break;
        }
        // What was passed by may be among them. A guess falls each time, or there is none.
        const lower = least * <f32>0.999;
        guess = lower < guess ? lower : 0;
      } else if (guess === 0) {
        memory.copy(into, places, maybe << 2);
        found = maybe;
        break;
      } else guess = 0;
      // Once more, alone.
      start = notes + 2 * columns;
      const alone = notePair(
        from,
        0,
        columns,
        weights,
        errors,
        offsets,
        about,
        inputStride,
        guess,
        guess,
        start,
      );
      end = <usize>(alone & 0xffffffff);
    }
    // What is smaller than `least` is not among the k largest.
    store<f32>(bounds + (row << 2), least > 0 ? reinterpret<f32>(keyOf(least) - 1) : 0);
    store<u32>(rowCount + (row << 2), <u32>found);
    share = least > 0 ? (least / norm) * SAFETY : 0;
    total += found;
  }
  scoreRows(x, row, W, bias, columns, width, rowCount, columnOf, total, values, notes);
  dropRows(row, rowCount, columnOf, values, 0, bounds, 0, k, keys);
  return row;
}
