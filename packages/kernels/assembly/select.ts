// Chooses entries of a slab of pre-activations. They are written row by row, by ascending column.

import { rename } from './entries';
import { lanesNotSet } from './lanes';
import { keepLargest } from './largest';
import { dot } from './rows';

/** Share of a row's expected k-th largest entry that entries must exceed at first. */
const GUESS: f32 = 0.9;
/** If fewer than k do, the bound is lowered to this share. */
const LOWER: f32 = 0.8;
/** Weight of a row in the moving average of the rows before it. */
const SHARE: f32 = 0.125;

/**
 * Writes columns and values of the entries that exceed `lowest` or are NaN.
 *
 * The processor cannot predict which these are, so they are first marked in a mask, without a branch.
 *
 * @param masks scratch for one bit per entry, plus 64
 * @returns the number of entries
 */
function scan(z: usize, count: usize, lowest: f32, columnOf: usize, values: usize, masks: usize): usize {
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
      const column = first + <usize>ctz(mask);
      mask &= mask - 1;
      store<u32>(columnOf + (found << 2), <u32>column);
      store<f32>(values + (found << 2), load<f32>(z + (column << 2)));
      found++;
    }
  }
  for (; i < count; i++) {
    const value = load<f32>(z + (i << 2));
    if (value <= lowest) continue;
    store<u32>(columnOf + (found << 2), <u32>i);
    store<f32>(values + (found << 2), value);
    found++;
  }
  return found;
}

/** The same with a bound for each column. */
function scanAbove(z: usize, count: usize, lowest: usize, columnOf: usize, values: usize): usize {
  let found: usize = 0;
  let i: usize = 0;
  for (; i + 4 <= count; i += 4) {
    const at = i << 2;
    let mask = i32x4.bitmask(f32x4.le(v128.load(z + at), v128.load(lowest + at))) ^ 15;
    while (mask !== 0) {
      const column = i + <usize>ctz(mask);
      mask &= mask - 1;
      store<u32>(columnOf + (found << 2), <u32>column);
      store<f32>(values + (found << 2), load<f32>(z + (column << 2)));
      found++;
    }
  }
  for (; i < count; i++) {
    const value = load<f32>(z + (i << 2));
    if (value <= load<f32>(lowest + (i << 2))) continue;
    store<u32>(columnOf + (found << 2), <u32>i);
    store<f32>(values + (found << 2), value);
    found++;
  }
  return found;
}

/** Gathers the allowed entries of a row. */
function gathered(z: usize, names: usize, count: usize, into: usize): usize {
  for (let i: usize = 0; i < count; i++) {
    store<u32>(into + (i << 2), load<u32>(z + ((<usize>load<u32>(names + (i << 2))) << 2)));
  }
  return into;
}

/**
 * Chooses in each row of z, [rows, columns], the entries that exceed their bound or are NaN, and of these at most the k
 * largest.
 *
 * @param x the inputs of z, [rows, width]
 * @param names the columns that may be chosen, ascending; 0 for all
 * @param allowed the number of these columns
 * @param lowest a bound for each allowed column, or 0 to use `bound` for all
 * @param k 0 for no limit
 * @param scratch 3 numbers per column
 * @param rowCount entries of each row, written
 * @param columnOf written; capacity for all entries of z, or k per row plus those of one row
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
    const columnsOf = columnOf + (total << 2);
    const into = values + (total << 2);
    let found: usize;
    if (lowest !== 0) found = scanAbove(from, allowed, lowest, columnsOf, into);
    else if (k === 0) found = scan(from, allowed, bound, columnsOf, into, masks);
    else {
      // Rows are similar, up to the norm of x, so a guess rules out most entries.
      const input = x + row * (width << 2);
      const norm: f32 = sqrt(dot(input, input, width));
      let guess = GUESS * usual * norm;
      found = scan(from, allowed, guess, columnsOf, into, masks);
      if (found < k && guess > 0) {
        guess *= LOWER;
        found = scan(from, allowed, guess, columnsOf, into, masks);
      }
      if (found < k && guess > 0) found = scan(from, allowed, 0, columnsOf, into, masks);
      if (found > k) {
        const least = keepLargest(k, found, columnsOf, into, keys) / norm;
        if (least > 0 && least < Infinity) usual += usual > 0 ? SHARE * (least - usual) : least;
        found = k;
      }
    }
    if (names !== 0) rename(columnsOf, names, found);
    store<u32>(rowCount + (row << 2), <u32>found);
    total += found;
  }
}

/** Copies the entries of all rows into the order of the rows. */
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

/** Index of each row's first entry, rowStart [rows + 1]. */
export function startRows(rows: usize, rowCount: usize, rowStart: usize): void {
  let sum: u32 = 0;
  for (let at: usize = 0; at < rows << 2; at += 4) {
    store<u32>(rowStart + at, sum);
    sum += load<u32>(rowCount + at);
  }
  store<u32>(rowStart + (rows << 2), sum);
}
