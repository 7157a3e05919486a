// The k largest entries of each row.

import { notePair, placesOf, SAME_ERRORS, score, setLimits, uppersOf } from './screen';
import { infinity, keepLargest, keyOf, kthLargest, writeKeys } from './largest';

/** Of the smallest entry chosen in a row: what the next row's entries may at least be. */
const SAFETY: f32 = 0.92;

/** Entries whose highest possible value has a key from `from` up to below `to`, side by side; their count. */
function collect(places: usize, keys: usize, count: usize, from: u32, to: u32, columnOf: usize): usize {
  let end = columnOf;
  for (let i: usize = 0; i < count; i++) {
    store<u32>(end, load<u32>(places + (i << 2)));
    const key = load<u32>(keys + (i << 2));
    end += (<usize>(i32(key >= from) & i32(key < to))) << 2;
  }
  return (end - columnOf) >> 2;
}

/**
 * The entries larger than `bound` by rising column, of those that were scored in two runs: the ones with a key from `pivot`
 * on, and then the ones from `least` up to below it; their count.
 *
 * @param scores of the first run, which has `first` of them, and of the second
 */
function inOrder(
  places: usize,
  keys: usize,
  count: usize,
  pivot: u32,
  least: u32,
  scores: usize,
  first: usize,
  bound: f32,
  columnOf: usize,
  values: usize,
): usize {
  let a = scores;
  let b = scores + (first << 2);
  let found: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    const key = load<u32>(keys + (i << 2));
    const isFirst = i32(key >= pivot);
    const isSecond = i32(key >= least) & ~isFirst;
    const value = load<f32>(isFirst ? a : b);
    store<u32>(columnOf + (found << 2), load<u32>(places + (i << 2)));
    store<f32>(values + (found << 2), value);
    a += (<usize>isFirst) << 2;
    b += (<usize>isSecond) << 2;
    found += <usize>((isFirst | isSecond) & i32(!(value <= bound)));
  }
  return found;
}

/**
 * Chooses in `rows` rows the k largest entries of x·Wᵀ + bias that are > 0: what `select` chooses, from products of whole
 * numbers.
 *
 * @param z products of whole numbers, [rows, columns]; `columns` is a multiple of 8
 * @param inputs about these rows of x: scales, and at `inputStride` from each other norms and norms of the rest
 * @param scratch room for 7 numbers per column
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
  rowCount: usize,
  columnOf: usize,
  values: usize,
): void {
  const places = scratch;
  const uppers = places + (columns << 2);
  const errors = uppers + (columns << 2);
  const offsets = errors + (columns << 2);
  const keys = offsets + (columns << 2);
  const scores = keys + (columns << 2);
  // Room for the notes of two rows, twice.
  const notes = scores + (columns << 2);
  let total: usize = 0;
  let share: f32 = 0;
  let pair: u64 = 0;
  let guessB: f32 = 0;
  for (let row: usize = 0; row < rows; row++) {
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
    const input = x + row * (width << 2);
    const into = columnOf + (total << 2);
    const numbers = values + (total << 2);
    let found: usize = 0;
    let least: f32 = 0;
    for (;;) {
      const maybe = placesOf(start, end, places);
      if (maybe > k || guess === 0) {
        uppersOf(from, columns, weights, errors, offsets, scale, norm, places, maybe, uppers);
        writeKeys(uppers, maybe, keys);
        least = 0;
        let pivot: u32 = infinity + 1;
        found = 0;
        if (maybe > k) {
          // The k largest have at least the size of the smallest of any k entries: take those likely to be the largest.
          pivot = kthLargest(keys, maybe, k);
          found = collect(places, keys, maybe, pivot, infinity + 1, into);
          score(input, W, bias, width, into, found, scores);
          least = Infinity;
          for (let i: usize = 0; i < found; i++) least = min(least, load<f32>(scores + (i << 2)));
          least = max(least, 0);
        }
        if (guess === 0 || least > guess) {
          const more = collect(places, keys, maybe, keyOf(least), pivot, into + (found << 2));
          score(input, W, bias, width, into + (found << 2), more, scores + (found << 2));
          // What is smaller than `least` is not among the k largest.
          const below: f32 = least > 0 ? reinterpret<f32>(keyOf(least) - 1) : 0;
          found = inOrder(places, keys, maybe, pivot, keyOf(least), scores, found, below, into, numbers);
          break;
        }
        // What was passed by may be among them. A guess falls each time, or there is none.
        const lower = least * <f32>0.999;
        guess = lower < guess ? lower : 0;
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
    if (found > k) {
      least = keepLargest(k, found, into, numbers, keys);
      found = k;
    }
    share = found === k ? (least / norm) * SAFETY : 0;
    store<u32>(rowCount + (row << 2), <u32>found);
    total += found;
  }
}
