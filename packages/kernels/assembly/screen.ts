// Rules out entries by 8-bit products. Float products decide the rest.
//
// With x = x̂ + δx and w = ŵ + δw, x·w − x̂·ŵ = x·δw + δx·ŵ, which is at most ‖x‖‖δw‖ + ‖δx‖‖ŵ‖.

import { lanesNotSet } from './lanes';

/**
 * An upper bound on all rounding of float32, relative to both norms: in a product of `width` numbers, in the norms, and in
 * the arithmetic here. Each sum has fewer than width / 4 additions per lane and a few more, each with an error of at most 2⁻²⁴.
 */
function roundingOf(width: usize): f32 {
  return <f32>(width + 256) * <f32>3e-8;
}

/**
 * Rows that share one set of errors. With fewer, setting them costs time; with more, one bad row loosens the bound of all.
 */
export const SAME_ERRORS: usize = 32;

/**
 * Computes what the quantised products of `rows` rows are compared with.
 *
 * @param inputs statistics of these rows of x: scales, norms and norms of the residuals, `inputStride` bytes apart
 * @param errors written: how much an entry may exceed its quantised product, relative to the norm of its row, [columns]
 * @param offsets written: the bias minus the column's own bound, if there is one, [columns]
 */
export function setLimits(
  rows: usize,
  inputs: usize,
  inputStride: usize,
  columns: usize,
  width: usize,
  weights: usize,
  bias: usize,
  lowest: usize,
  errors: usize,
  offsets: usize,
): void {
  const norms = weights + (columns << 2);
  const rests = norms + (columns << 2);
  const rounding = roundingOf(width);
  const r = f32x4.splat(largestShare(inputs, inputStride, rows) + rounding);
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

/** The lanes of four entries that are certainly too small. */
function tooSmall(z: usize, scales: v128, excess: v128, off: v128, scale: v128, bound: v128): v128 {
  const product = f32x4.mul(f32x4.convert_i32x4_s(v128.load(z)), scales);
  return f32x4.le(f32x4.add(f32x4.mul(scale, f32x4.add(product, excess)), off), bound);
}

/**
 * Notes which entries of two rows may exceed their bound: each group of sixteen columns that has one, and a mask of them.
 *
 * The processor cannot predict which entries these are, so no step branches. Two rows share the reads of the columns'
 * statistics.
 *
 * @param zA quantised products of the first row, [columns], followed by those of the second
 * @param next 1, or 0 to search the first row alone, which is then also used as the second
 * @param weights statistics of the columns, [4, columns]: scales, …, the correction of every product
 * @param statsA scales of the first and the second row of x, and their norms `stride` bytes later
 * @param notes scratch for two numbers per sixteen columns, for each row; those of the second start `columns` bytes later
 * @returns the end of the notes of the first row, and in the upper half of the second
 */
export function notePair(
  zA: usize,
  next: usize,
  columns: usize,
  weights: usize,
  errors: usize,
  offsets: usize,
  statsA: usize,
  stride: usize,
  boundA: f32,
  boundB: f32,
  notes: usize,
): u64 {
  const bytes = columns << 2;
  const excess = weights + 3 * bytes;
  const zB = zA + next * bytes;
  const statsB = statsA + (next << 2);
  const scaleA = f32x4.splat(load<f32>(statsA));
  const scaleB = f32x4.splat(load<f32>(statsB));
  const normA = f32x4.splat(load<f32>(statsA + stride));
  const normB = f32x4.splat(load<f32>(statsB + stride));
  const boundsA = f32x4.splat(boundA);
  const boundsB = f32x4.splat(boundB);
  let endA = notes;
  let endB = notes + columns;
  for (let at: usize = 0; at < bytes; at += 64) {
    const a = zA + at;
    const b = zB + at;
    let w = v128.load(weights + at);
    let x = v128.load(excess + at);
    let e = v128.load(errors + at);
    let o = v128.load(offsets + at);
    const a0 = tooSmall(a, w, x, f32x4.add(f32x4.mul(normA, e), o), scaleA, boundsA);
    const b0 = tooSmall(b, w, x, f32x4.add(f32x4.mul(normB, e), o), scaleB, boundsB);
    w = v128.load(weights + at, 16);
    x = v128.load(excess + at, 16);
    e = v128.load(errors + at, 16);
    o = v128.load(offsets + at, 16);
    const a1 = tooSmall(a + 16, w, x, f32x4.add(f32x4.mul(normA, e), o), scaleA, boundsA);
    const b1 = tooSmall(b + 16, w, x, f32x4.add(f32x4.mul(normB, e), o), scaleB, boundsB);
    w = v128.load(weights + at, 32);
    x = v128.load(excess + at, 32);
    e = v128.load(errors + at, 32);
    o = v128.load(offsets + at, 32);
    const a2 = tooSmall(a + 32, w, x, f32x4.add(f32x4.mul(normA, e), o), scaleA, boundsA);
    const b2 = tooSmall(b + 32, w, x, f32x4.add(f32x4.mul(normB, e), o), scaleB, boundsB);
    w = v128.load(weights + at, 48);
    x = v128.load(excess + at, 48);
    e = v128.load(errors + at, 48);
    o = v128.load(offsets + at, 48);
    const a3 = tooSmall(a + 48, w, x, f32x4.add(f32x4.mul(normA, e), o), scaleA, boundsA);
    const b3 = tooSmall(b + 48, w, x, f32x4.add(f32x4.mul(normB, e), o), scaleB, boundsB);
    const maskA = lanesNotSet(a0, a1, a2, a3);
    const maskB = lanesNotSet(b0, b1, b2, b3);
    store<u32>(endA, <u32>at);
    store<u32>(endA, maskA, 4);
    endA += (<usize>(maskA !== 0)) << 3;
    store<u32>(endB, <u32>at);
    store<u32>(endB, maskB, 4);
    endB += (<usize>(maskB !== 0)) << 3;
  }
  return ((<u64>endB) << 32) | endA;
}

/** Writes the columns of the entries that are noted from `notes` to `end`. Returns their number. */
export function columnsOf(notes: usize, end: usize, columnOf: usize): usize {
  let found: usize = 0;
  for (let note = notes; note < end; note += 8) {
    const first: usize = <usize>load<u32>(note) >> 2;
    let mask = load<u32>(note, 4);
    while (mask !== 0) {
      store<u32>(columnOf + (found << 2), <u32>(first + <usize>ctz(mask)));
      mask &= mask - 1;
      found++;
    }
  }
  return found;
}

/** Writes the upper bounds of entries of a row. */
export function uppersOf(
  z: usize,
  columns: usize,
  weights: usize,
  errors: usize,
  offsets: usize,
  scale: f32,
  norm: f32,
  columnOf: usize,
  count: usize,
  uppers: usize,
): void {
  const excess = weights + 3 * (columns << 2);
  for (let i: usize = 0; i < count; i++) {
    const at: usize = (<usize>load<u32>(columnOf + (i << 2))) << 2;
    const product = <f32>load<i32>(z + at) * load<f32>(weights + at) + load<f32>(excess + at);
    const off = norm * load<f32>(errors + at) + load<f32>(offsets + at);
    store<f32>(uppers + (i << 2), scale * product + off);
  }
}

/** The largest ratio of a row's residual to its norm. */
function largestShare(inputs: usize, inputStride: usize, rows: usize): f32 {
  let most: f32 = 0;
  for (let row: usize = 0; row < rows; row++) {
    const stats = inputs + (row << 2);
    const norm = load<f32>(stats + inputStride);
    if (norm > 0) most = max(most, load<f32>(stats + 2 * inputStride) / norm);
  }
  return most;
}
