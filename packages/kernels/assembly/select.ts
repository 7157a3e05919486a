// Which entries of a slab of pre-activations are chosen. Entries come out row after row, by rising column.

import { rename } from './entries';
import { lanesNotSet } from './lanes';
import { keepLargest } from './largest';
import { dot } from './rows';

/** Of what a row's k-th largest entry is expected to be: what entries are asked to exceed at first. */
const GUESS: f32 = 0.9;
/** Where fewer than k do, they are asked for this share of it. */
const LOWER: f32 = 0.8;
/** What a row counts for in the average of those before it. */
const SHARE: f32 = 0.125;

/**
 * Writes places and values of those that are larger than `lowest`, or not a number.
 *
 * Which these are cannot be predicted, so first each is noted as a bit of a mask, by steps that take no branch.
 *
 * @param masks room for a bit of each, and for 64 more
 * @returns how many
 */
function scan(z: usize, count: usize, lowest: f32, places: usize, values: usize, masks: usize): usize {
  const bound = f32x4.splat(lowest);
  let i: usize = 0;
  let end = masks;
  for (; i + 16 <= count; i += 16, end += 2) {
    const at = z + (i << 2);
    const a = f32x4.le(v128.load(at), bound);
    const b = f32x4.le(v128.load(at, 16), bound);
    const c = f32x4.le(v128.load(at, 32), bound);
    const d = f32x4.le(v128.load(at, 48), bound);
    store<u16>(end, <u16>lanesNotSet(a, b, c, d));
  }
  store<u64>(end, 0);
  let found: usize = 0;
  let first: usize = 0;
  for (let at = masks; at < end; at += 8, first += 64) {
    let mask = load<u64>(at);
    while (mask !== 0) {
      const place = first + <usize>ctz(mask);
      mask &= mask - 1;
      store<u32>(places + (found << 2), <u32>place);
      store<f32>(values + (found << 2), load<f32>(z + (place << 2)));
      found++;
    }
  }
  for (; i < count; i++) {
    const value = load<f32>(z + (i << 2));
    if (value <= lowest) continue;
    store<u32>(places + (found << 2), <u32>i);
    store<f32>(values + (found << 2), value);
    found++;
  }
  return found;
}

/** The same with a bound for each place. */
function scanAbove(z: usize, count: usize, lowest: usize, places: usize, values: usize): usize {
  let found: usize = 0;
  let i: usize = 0;
  for (; i + 4 <= count; i += 4) {
    const at = i << 2;
    let mask = i32x4.bitmask(f32x4.le(v128.load(z + at), v128.load(lowest + at))) ^ 15;
    while (mask !== 0) {
      const place = i + <usize>ctz(mask);
      mask &= mask - 1;
      store<u32>(places + (found << 2), <u32>place);
      store<f32>(values + (found << 2), load<f32>(z + (place << 2)));
      found++;
    }
  }
  for (; i < count; i++) {
    const value = load<f32>(z + (i << 2));
    if (value <= load<f32>(lowest + (i << 2))) continue;
    store<u32>(places + (found << 2), <u32>i);
    store<f32>(values + (found << 2), value);
    found++;
  }
  return found;
}

/** The entries of a row that may be chosen, side by side. */
function gathered(z: usize, names: usize, count: usize, into: usize): usize {
  for (let i: usize = 0; i < count; i++) {
    store<u32>(into + (i << 2), load<u32>(z + ((<usize>load<u32>(names + (i << 2))) << 2)));
  }
  return into;
}

/**
 * Chooses in each row of z, [rows, columns], the entries larger than their bound or not a number, and of those at most
 * the k largest.
 *
 * @param x what z is made of, [rows, width]
 * @param names the columns that may be chosen, rising; 0 for all
 * @param allowed how many those are
 * @param lowest a bound for each allowed column, or 0: `bound` for all
 * @param k 0: no limit
 * @param scratch room for 3 numbers per column
 * @param rowCount entries of each row, written
 * @param columnOf room for all entries of z, or k per row and those of one row more
 */
export function select(
  z: usize,
  rows: usize,
  columns: usize,
  x: usize,
  width: usize,
  names: usize,
  allowed: usize,
  lowest: usize,
  bound: f32,
  k: usize,
  scratch: usize,
  rowCount: usize,
  columnOf: usize,
  values: usize,
): void {
  const keys = scratch + (columns << 2);
  const masks = keys + (columns << 2);
  let total: usize = 0;
  // The k-th largest entry of a row, over the norm of its x.
  let usual: f32 = 0;
  for (let row: usize = 0; row < rows; row++) {
    let from = z + row * (columns << 2);
    if (names !== 0) from = gathered(from, names, allowed, scratch);
    const places = columnOf + (total << 2);
    const into = values + (total << 2);
    let found: usize;
    if (lowest !== 0) found = scanAbove(from, allowed, lowest, places, into);
    else if (k === 0) found = scan(from, allowed, bound, places, into, masks);
    else {
      // Rows resemble each other, but for the norm of x: most entries are seen to be too small at a glance.
      const input = x + row * (width << 2);
      const norm: f32 = sqrt(dot(input, input, width));
      let guess = GUESS * usual * norm;
      found = scan(from, allowed, guess, places, into, masks);
      if (found < k && guess > 0) {
        guess *= LOWER;
        found = scan(from, allowed, guess, places, into, masks);
      }
      if (found < k && guess > 0) found = scan(from, allowed, 0, places, into, masks);
      if (found > k) {
        const least = keepLargest(k, found, places, into, keys) / norm;
        if (least > 0 && least < Infinity) usual += usual > 0 ? SHARE * (least - usual) : least;
        found = k;
      }
    }
    if (names !== 0) rename(places, names, found);
    store<u32>(rowCount + (row << 2), <u32>found);
    total += found;
  }
}

/** The entries of all rows, row after row, from where each row's begin. */
export function arrange(
  rows: usize,
  rowCount: usize,
  starts: usize,
  columnsFrom: usize,
  valuesFrom: usize,
  columnOf: usize,
  values: usize,
): void {
  let to: usize = 0;
  for (let row: usize = 0; row < rows; row++) {
    const from: usize = (<usize>load<u32>(starts + (row << 2))) << 2;
    const bytes: usize = (<usize>load<u32>(rowCount + (row << 2))) << 2;
    memory.copy(columnOf + to, columnsFrom + from, bytes);
    memory.copy(values + to, valuesFrom + from, bytes);
    to += bytes;
  }
}

/** Where each row's entries begin, rowStart [rows + 1]. */
export function startRows(rows: usize, rowCount: usize, rowStart: usize): void {
  let sum: u32 = 0;
  for (let at: usize = 0; at < rows << 2; at += 4) {
    store<u32>(rowStart + at, sum);
    sum += load<u32>(rowCount + at);
  }
  store<u32>(rowStart + (rows << 2), sum);
}
