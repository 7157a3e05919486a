// Entries that may be chosen, by products of 8-bit numbers; what is left of the doubt is settled by the products themselves.
//
// With x = x̂ + δx and w = ŵ + δw, x·w − x̂·ŵ = x·δw + δx·ŵ, which is at most ‖x‖‖δw‖ + ‖δx‖‖ŵ‖.

import { dots } from './rows';
import { infinity, keepLargest, keyOf, kthLargest, writeKeys } from './select';

/**
 * More than all rounding of 32-bit floats in a product of `width` numbers, in the norms and in what is said of them here,
 * relative to both norms: each sum has fewer than width / 4 additions to a lane and some beyond, each off by 2⁻²⁴ at most.
 */
function roundingOf(width: usize): f32 {
  return <f32>(width + 256) * <f32>3e-8;
}

/** Rows for which errors are the same: fewer, and to set them takes time; more, and one row spoils those of all. */
const SAME_ERRORS: usize = 32;
/** Of the smallest entry chosen in a row: what the next row's entries may at least be. */
const SAFETY: f32 = 0.92;

/**
 * What products of whole numbers are to be compared with, for rows of which `rest` is the largest share that their whole
 * numbers leave.
 *
 * @param errors written: how much larger an entry may be than its product says, over the norm of its row, [columns]
 * @param offsets written: the bias, and less the column's own bound where there is one, [columns]
 */
function setLimits(
  columns: usize,
  width: usize,
  weights: usize,
  rest: f32,
  bias: usize,
  lowest: usize,
  errors: usize,
  offsets: usize,
): void {
  const norms = weights + (columns << 2);
  const rests = norms + (columns << 2);
  const rounding = roundingOf(width);
  const r = f32x4.splat(rest + rounding);
  const n = f32x4.splat(1 + rounding);
  const slack = f32x4.splat(rounding);
  for (let at: usize = 0; at < columns << 2; at += 16) {
    const own = f32x4.mul(n, v128.load(rests + at));
    v128.store(errors + at, f32x4.add(own, f32x4.mul(r, v128.load(norms + at))));
    const b = bias === 0 ? f32x4.splat(0) : v128.load(bias + at);
    const l = lowest === 0 ? f32x4.splat(0) : v128.load(lowest + at);
    const size = f32x4.mul(slack, f32x4.add(f32x4.abs(b), f32x4.abs(l)));
    v128.store(offsets + at, f32x4.add(f32x4.sub(b, l), size));
  }
}

/**
 * Writes places and highest possible values of the entries of a row that may be larger than their bound.
 *
 * Which entries these are cannot be predicted, so first every eight are noted with a mask, by steps that take no branch.
 *
 * @param z a row of products of whole numbers, [columns]
 * @param weights [4, columns]: scales, …, what all products of a column have too much
 * @param scale of the row's input; `norm` its norm
 * @param eights room for two numbers per eight columns
 */
function screen(
  z: usize,
  columns: usize,
  weights: usize,
  errors: usize,
  offsets: usize,
  scale: f32,
  norm: f32,
  bound: f32,
  places: usize,
  uppers: usize,
  eights: usize,
): usize {
  const excess = weights + 3 * (columns << 2);
  const s = f32x4.splat(scale);
  const n = f32x4.splat(norm);
  const bounds = f32x4.splat(bound);
  let end = eights;
  for (let at: usize = 0; at < columns << 2; at += 32) {
    const whole0 = f32x4.mul(f32x4.convert_i32x4_s(v128.load(z + at)), v128.load(weights + at));
    const whole1 = f32x4.mul(f32x4.convert_i32x4_s(v128.load(z + at, 16)), v128.load(weights + at, 16));
    const product0 = f32x4.mul(s, f32x4.add(whole0, v128.load(excess + at)));
    const product1 = f32x4.mul(s, f32x4.add(whole1, v128.load(excess + at, 16)));
    const off0 = f32x4.add(f32x4.mul(n, v128.load(errors + at)), v128.load(offsets + at));
    const off1 = f32x4.add(f32x4.mul(n, v128.load(errors + at, 16)), v128.load(offsets + at, 16));
    const small0 = f32x4.le(f32x4.add(product0, off0), bounds);
    const small1 = f32x4.le(f32x4.add(product1, off1), bounds);
    const mask = (i32x4.bitmask(small0) | (i32x4.bitmask(small1) << 4)) ^ 0xff;
    store<u32>(end, <u32>at);
    store<u32>(end, <u32>mask, 4);
    end += (<usize>(mask !== 0)) << 3;
  }
  let found: usize = 0;
  for (let eight = eights; eight < end; eight += 8) {
    const first: usize = load<u32>(eight);
    let mask = load<u32>(eight, 4);
    while (mask !== 0) {
      const at = first + ((<usize>ctz(mask)) << 2);
      mask &= mask - 1;
      const whole = <f32>load<i32>(z + at) * load<f32>(weights + at);
      const off = norm * load<f32>(errors + at) + load<f32>(offsets + at);
      store<u32>(places + (found << 2), <u32>(at >> 2));
      store<f32>(uppers + (found << 2), scale * (whole + load<f32>(excess + at)) + off);
      found++;
    }
  }
  return found;
}

/** The entries themselves: what a search without screening would have, but for the order of additions. */
function score(
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

/** Two runs of entries, each by rising column, as one: the second, from `first` on, is behind the first. */
function merge(columnOf: usize, values: usize, first: usize, count: usize, scratch: usize): void {
  if (first === 0 || first === count) return;
  const columns = scratch;
  const numbers = scratch + (count << 2);
  memory.copy(columns, columnOf, count << 2);
  memory.copy(numbers, values, count << 2);
  let a: usize = 0;
  let b = first;
  let to: usize = 0;
  for (; a < first && b < count; to++) {
    const columnA = load<u32>(columns + (a << 2));
    const columnB = load<u32>(columns + (b << 2));
    const isA = columnA < columnB;
    const from = select(a, b, isA);
    store<u32>(columnOf + (to << 2), select(columnA, columnB, isA));
    store<u32>(values + (to << 2), load<u32>(numbers + (from << 2)));
    a += <usize>isA;
    b += <usize>!isA;
  }
  const rest = a < first ? a : b;
  const left = (a < first ? first : count) - rest;
  memory.copy(columnOf + (to << 2), columns + (rest << 2), left << 2);
  memory.copy(values + (to << 2), numbers + (rest << 2), left << 2);
}

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
 * @param room for so many entries that may be chosen; at least one per column
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
  const uppers = scratch;
  const errors = uppers + (columns << 2) + 32;
  const offsets = errors + (columns << 2);
  const eights = offsets + (columns << 2);
  const least: f32 = lowest === 0 ? bound : 0;
  let total: usize = 0;
  let row: usize = 0;
  for (; row < rows && total + columns <= room; row++) {
    if (row % SAME_ERRORS === 0) {
      const share = largestShare(inputs, inputStride, row, min(row + SAME_ERRORS, rows));
      setLimits(columns, width, weights, share, bias, lowest, errors, offsets);
    }
    const about = inputs + (row << 2);
    const maybe = screen(
      z + row * (columns << 2),
      columns,
      weights,
      errors,
      offsets,
      load<f32>(about),
      load<f32>(about + inputStride),
      least,
      columnOf + (total << 2),
      uppers,
      eights,
    );
    store<u32>(rowCount + (row << 2), <u32>maybe);
    total += maybe;
  }
  scoreRows(x, row, W, bias, columns, width, rowCount, columnOf, total, values, uppers);
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

/**
 * Chooses in `rows` rows the k largest entries of x·Wᵀ + bias that are > 0: what `select` chooses, from products of whole
 * numbers.
 *
 * @param z products of whole numbers, [rows, columns]; `columns` is a multiple of 8
 * @param inputs about these rows of x: scales, and at `inputStride` from each other norms and norms of the rest
 * @param scratch room for 7 numbers per column, and 8
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
): usize {
  const places = scratch;
  const uppers = places + (columns << 2);
  const errors = uppers + (columns << 2) + 32;
  const offsets = errors + (columns << 2);
  const keys = offsets + (columns << 2);
  // A quarter of its room for the eights of a row.
  const eights = keys + 2 * (columns << 2);
  let total: usize = 0;
  let share: f32 = 0;
  for (let row: usize = 0; row < rows; row++) {
    if (row % SAME_ERRORS === 0) {
      const last = min(row + SAME_ERRORS, rows);
      const share = largestShare(inputs, inputStride, row, last);
      setLimits(columns, width, weights, share, bias, 0, errors, offsets);
    }
    const input = x + row * (width << 2);
    const about = inputs + (row << 2);
    const scale = load<f32>(about);
    const norm = load<f32>(about + inputStride);
    const from = z + row * (columns << 2);
    const into = columnOf + (total << 2);
    const numbers = values + (total << 2);
    let found: usize = 0;
    // Rows resemble each other, but for their norm.
    let guess = share * norm;
    let least: f32 = 0;
    for (;;) {
      const maybe = screen(
        from,
        columns,
        weights,
        errors,
        offsets,
        scale,
        norm,
        guess,
        places,
        uppers,
        eights,
      );
      if (maybe <= k && guess > 0) {
        guess = 0;
        continue;
      }
      writeKeys(uppers, maybe, keys);
      least = 0;
      let pivot: u32 = infinity + 1;
      found = 0;
      if (maybe > k) {
        // The k largest have at least the size of the smallest of any k entries: take those likely to be the largest.
        pivot = kthLargest(keys, maybe, k);
        found = collect(places, keys, maybe, pivot, infinity + 1, into);
        score(input, W, bias, width, into, found, numbers);
        least = Infinity;
        for (let i: usize = 0; i < found; i++) least = min(least, load<f32>(numbers + (i << 2)));
        least = max(least, 0);
        if (guess > 0 && least <= guess) {
          // What was passed by may be among them.
          guess = least * <f32>0.999;
          continue;
        }
      }
      const more = collect(places, keys, maybe, keyOf(least), pivot, into + (found << 2));
      score(input, W, bias, width, into + (found << 2), more, numbers + (found << 2));
      merge(into, numbers, found, found + more, keys);
      // What is smaller than `least` is not among the k largest.
      const below: f32 = least > 0 ? reinterpret<f32>(keyOf(least) - 1) : 0;
      found = drop(into, numbers, found + more, 0, below);
      break;
    }
    if (found > k) {
      least = keepLargest(k, found, into, numbers, keys);
      found = k;
    }
    share = found === k ? (least / norm) * SAFETY : 0;
    store<u32>(rowCount + (row << 2), <u32>found);
    total += found;
  }
  return total;
}

/** The largest share of a row's norm that its whole numbers leave. */
function largestShare(inputs: usize, inputStride: usize, from: usize, to: usize): f32 {
  let most: f32 = 0;
  for (let row = from; row < to; row++) {
    const about = inputs + (row << 2);
    const norm = load<f32>(about + inputStride);
    if (norm > 0) most = max(most, load<f32>(about + 2 * inputStride) / norm);
  }
  return most;
}
