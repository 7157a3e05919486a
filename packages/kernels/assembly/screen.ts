// Entries that may be chosen, by products of 8-bit numbers; what is left of the doubt is settled by the products themselves.
//
// With x = x̂ + δx and w = ŵ + δw, x·w − x̂·ŵ = x·δw + δx·ŵ, which is at most ‖x‖‖δw‖ + ‖δx‖‖ŵ‖.

import { lanesNotSet } from './lanes';

/**
 * More than all rounding of 32-bit floats in a product of `width` numbers, in the norms and in what is said of them here,
 * relative to both norms: each sum has fewer than width / 4 additions to a lane and some beyond, each off by 2⁻²⁴ at most.
 */
function roundingOf(width: usize): f32 {
  return <f32>(width + 256) * <f32>3e-8;
}

/** Rows for which errors are the same: fewer, and to set them takes time; more, and one row spoils those of all. */
export const SAME_ERRORS: usize = 32;

/**
 * What products of whole numbers are to be compared with, for the `rows` rows that `inputs` are about.
 *
 * @param inputs scales, and at `inputStride` from each other norms and norms of what the whole numbers leave
 * @param errors written: how much larger an entry may be than its product says, over the norm of its row, [columns]
 * @param offsets written: the bias, and less the column's own bound where there is one, [columns]
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

/** Which of four entries are too small, as lanes. */
function tooSmall(z: usize, scales: v128, excess: v128, off: v128, scale: v128, bound: v128): v128 {
  const product = f32x4.mul(f32x4.convert_i32x4_s(v128.load(z)), scales);
  return f32x4.le(f32x4.add(f32x4.mul(scale, f32x4.add(product, excess)), off), bound);
}

/**
 * Notes which entries of two rows may be larger than their bound: each sixteen columns that have one, and a mask of them.
 *
 * Which entries these are cannot be predicted, so no step takes a branch. With two rows, what is said of the columns is
 * read once for both.
 *
 * @param zA products of whole numbers of the first row, [columns]; those of the second lie behind it
 * @param next 1, or 0 where the first row is to be looked at alone: then it stands for the second one, too
 * @param weights [4, columns]: scales, …, what all products of a column have too much
 * @param aboutA scale of the first row's input, with that of the second behind it, and `stride` further their norms
 * @param notes room for two numbers per sixteen columns, for each row; those of the second begin `columns` bytes later
 * @returns where the notes end, those of the second row in the upper half
 */
export function notePair(
  zA: usize,
  next: usize,
  columns: usize,
  weights: usize,
  errors: usize,
  offsets: usize,
  aboutA: usize,
  stride: usize,
  boundA: f32,
  boundB: f32,
  notes: usize,
): u64 {
  const bytes = columns << 2;
  const excess = weights + 3 * bytes;
  const zB = zA + next * bytes;
  const aboutB = aboutA + (next << 2);
  const scaleA = f32x4.splat(load<f32>(aboutA));
  const scaleB = f32x4.splat(load<f32>(aboutB));
  const normA = f32x4.splat(load<f32>(aboutA + stride));
  const normB = f32x4.splat(load<f32>(aboutB + stride));
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

/** Writes the places of the entries that are noted from `notes` to `end`; their count. */
export function placesOf(notes: usize, end: usize, places: usize): usize {
  let found: usize = 0;
  for (let note = notes; note < end; note += 8) {
    const first: usize = <usize>load<u32>(note) >> 2;
    let mask = load<u32>(note, 4);
    while (mask !== 0) {
      store<u32>(places + (found << 2), <u32>(first + <usize>ctz(mask)));
      mask &= mask - 1;
      found++;
    }
  }
  return found;
}

/** The highest possible values of entries of a row. */
export function uppersOf(
  z: usize,
  columns: usize,
  weights: usize,
  errors: usize,
  offsets: usize,
  scale: f32,
  norm: f32,
  places: usize,
  count: usize,
  uppers: usize,
): void {
  const excess = weights + 3 * (columns << 2);
  for (let i: usize = 0; i < count; i++) {
    const at: usize = (<usize>load<u32>(places + (i << 2))) << 2;
    const product = <f32>load<i32>(z + at) * load<f32>(weights + at) + load<f32>(excess + at);
    const off = norm * load<f32>(errors + at) + load<f32>(offsets + at);
    store<f32>(uppers + (i << 2), scale * product + off);
  }
}

/** The largest share of a row's norm that its whole numbers leave. */
function largestShare(inputs: usize, inputStride: usize, rows: usize): f32 {
  let most: f32 = 0;
  for (let row: usize = 0; row < rows; row++) {
    const about = inputs + (row << 2);
    const norm = load<f32>(about + inputStride);
    if (norm > 0) most = max(most, load<f32>(about + 2 * inputStride) / norm);
  }
  return most;
}
