// Quantises rows of floats to 8 bits, with statistics that bound the error.

import { dot } from './rows';

/** Quantised x is in −LEVELS to LEVELS. */
const LEVELS: f32 = 127;
/** Added to a small number, it leaves the rounded integer in the lowest bits of the sum: 1.5 · 2²³. */
const MAGIC: f32 = 12582912;

function lanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** The largest |value| of a row. It may miss NaN, but the norms do not. */
function largest(row: usize, width: usize): f32 {
  const bytes = width << 2;
  let most0 = f32x4.splat(0);
  let most1 = most0;
  for (let at: usize = 0; at < bytes; at += 32) {
    most0 = f32x4.pmax(most0, f32x4.abs(v128.load(row + at)));
    most1 = f32x4.pmax(most1, f32x4.abs(v128.load(row + at, 16)));
  }
  const most = f32x4.pmax(most0, most1);
  return max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
}

function total(v: v128): i32 {
  return (
    i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3)
  );
}

/**
 * Quantises a row: into[i] = round(row[i] / scale) + offset, where the rounded value is in −levels to levels. `width` is a
 * multiple of 16.
 *
 * @param stats written: the scale, the norm of the quantised row times the scale, the norm of the residual, and the sum of
 *   the quantised values
 */
function quantise(
  row: usize,
  width: usize,
  into: usize,
  levels: f32,
  offset: i32,
  stats: usize,
  statsStride: usize,
): void {
  const most = largest(row, width);
  const scale: f32 = most / levels;
  const inverses = f32x4.splat(most > 0 ? levels / most : 0);
  const scales = f32x4.splat(scale);
  const magic = f32x4.splat(MAGIC);
  const offsets = i16x8.splat(<i16>offset);
  const ones = i16x8.splat(1);
  const lowest = i16x8.splat(0xff);
  let sums = i32x4.splat(0);
  let squares = sums;
  let rests0 = f32x4.splat(0);
  let rests1 = rests0;
  for (let i: usize = 0; i < width; i += 16) {
    const at = row + (i << 2);
    const v0 = v128.load(at);
    const v1 = v128.load(at, 16);
    const v2 = v128.load(at, 32);
    const v3 = v128.load(at, 48);
    const s0 = f32x4.add(f32x4.mul(v0, inverses), magic);
    const s1 = f32x4.add(f32x4.mul(v1, inverses), magic);
    const s2 = f32x4.add(f32x4.mul(v2, inverses), magic);
    const s3 = f32x4.add(f32x4.mul(v3, inverses), magic);
    const r0 = f32x4.sub(v0, f32x4.mul(f32x4.sub(s0, magic), scales));
    const r1 = f32x4.sub(v1, f32x4.mul(f32x4.sub(s1, magic), scales));
    const r2 = f32x4.sub(v2, f32x4.mul(f32x4.sub(s2, magic), scales));
    const r3 = f32x4.sub(v3, f32x4.mul(f32x4.sub(s3, magic), scales));
    rests0 = f32x4.add(rests0, f32x4.add(f32x4.mul(r0, r0), f32x4.mul(r1, r1)));
    rests1 = f32x4.add(rests1, f32x4.add(f32x4.mul(r2, r2), f32x4.mul(r3, r3)));
    const low = i16x8.narrow_i32x4_s(i32x4.sub(s0, magic), i32x4.sub(s1, magic));
    const high = i16x8.narrow_i32x4_s(i32x4.sub(s2, magic), i32x4.sub(s3, magic));
    sums = i32x4.add(sums, i32x4.add(i32x4.dot_i16x8_s(low, ones), i32x4.dot_i16x8_s(high, ones)));
    squares = i32x4.add(squares, i32x4.add(i32x4.dot_i16x8_s(low, low), i32x4.dot_i16x8_s(high, high)));
    // The lowest 8 bits are the same, signed or unsigned.
    const bytesLow = v128.and(i16x8.add(low, offsets), lowest);
    const bytesHigh = v128.and(i16x8.add(high, offsets), lowest);
    v128.store(into + i, i8x16.narrow_i16x8_u(bytesLow, bytesHigh));
  }
  store<f32>(stats, scale);
  store<f32>(stats + statsStride, scale * <f32>sqrt(<f64>total(squares)));
  store<f32>(stats + 2 * statsStride, sqrt(lanes(f32x4.add(rests0, rests1))));
  store<i32>(stats + 3 * statsStride, total(sums));
}

/**
 * Quantises the rows `from` to `to` of x to unsigned numbers, with 128 for 0; out [rows, width]. `width` is a multiple of 16.
 *
 * @param stats [4, rows], written: scales, norms of the rows themselves, norms of the residuals, unused
 */
export function quantiseInputs(
  from: usize,
  to: usize,
  rows: usize,
  width: usize,
  x: usize,
  out: usize,
  stats: usize,
): void {
  for (let row = from; row < to; row++) {
    const at = x + row * (width << 2);
    quantise(at, width, out + row * width, LEVELS, 128, stats + (row << 2), rows << 2);
    store<f32>(stats + ((rows + row) << 2), sqrt(dot(at, at, width)));
  }
}

/** Interleaves eight pairs of vectors of bytes. */
function interleave(from: usize, to: usize): void {
  for (let i: usize = 0; i < 8; i++) {
    const a = v128.load(from + (i << 4));
    const b = v128.load(from + ((i + 8) << 4));
    const low = v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const high = v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    v128.store(to + (i << 5), low);
    v128.store(to + (i << 5), high, 16);
  }
}

/** Transposes a square of 16 × 16 bytes. The scratch holds two such squares. */
function transposeSquare(from: usize, fromStride: usize, to: usize, toStride: usize, own: usize): void {
  for (let i: usize = 0; i < 16; i++) v128.store(own + (i << 4), v128.load(from + i * fromStride));
  interleave(own, own + 256);
  interleave(own + 256, own);
  interleave(own, own + 256);
  interleave(own + 256, own);
  for (let i: usize = 0; i < 16; i++) v128.store(to + i * toStride, v128.load(own + (i << 4)));
}

/**
 * Quantises the groups `from` to `to` of 16 rows of W to signed numbers, transposed; out [width, columns]. `width` and
 * `columns` are multiples of 16.
 *
 * @param levels quantised values are in −levels to levels
 * @param stats [4, columns], written: scales, norms of the quantised rows times the scale, norms of the residuals, and
 *   −128 · scale · the sum of the quantised values, which corrects products with unsigned inputs
 * @param scratch 16 · (width + 32) bytes for each group
 */
export function quantiseWeights(
  from: usize,
  to: usize,
  columns: usize,
  width: usize,
  W: usize,
  out: usize,
  stats: usize,
  levels: f32,
  scratch: usize,
): void {
  for (let group = from; group < to; group++) {
    const own = scratch + group * (width + 32) * 16;
    const squares = own + 16 * width;
    for (let i: usize = 0; i < 16; i++) {
      const column = group * 16 + i;
      const columnStats = stats + (column << 2);
      quantise(W + column * (width << 2), width, own + i * width, levels, 0, columnStats, columns << 2);
      const sum = <f32>load<i32>(columnStats + 3 * (columns << 2));
      store<f32>(columnStats + 3 * (columns << 2), -128 * sum * load<f32>(columnStats));
    }
    for (let i: usize = 0; i < width; i += 16) {
      transposeSquare(own + i, width, out + i * columns + group * 16, columns, squares);
    }
  }
}
