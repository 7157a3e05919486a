// Rows of floats as whole numbers of 8 bits, and how far off that is.

import { dot } from './rows';

/** Whole numbers of x are from −LEVELS to LEVELS. */
const LEVELS: f32 = 127;
/** Added to a small number it leaves a whole one, in the lowest bits of the sum: 1.5 · 2²³. */
const MAGIC: f32 = 12582912;

function lanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** Of the sizes in a row. Not-a-number may go unseen: the norms show it. */
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
 * Quantises a row: into[i] = round(row[i] / scale) + offset, from −levels to levels but for the offset. `width` is a
 * multiple of 16.
 *
 * @param about written: the scale, the norm of scale · whole numbers, the norm of what is left, the sum of the numbers
 */
function quantise(
  row: usize,
  width: usize,
  into: usize,
  levels: f32,
  offset: i32,
  about: usize,
  aboutStride: usize,
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
    // Sign or none, the lowest 8 bits are the same.
    const bytesLow = v128.and(i16x8.add(low, offsets), lowest);
    const bytesHigh = v128.and(i16x8.add(high, offsets), lowest);
    v128.store(into + i, i8x16.narrow_i16x8_u(bytesLow, bytesHigh));
  }
  store<f32>(about, scale);
  store<f32>(about + aboutStride, scale * <f32>sqrt(<f64>total(squares)));
  store<f32>(about + 2 * aboutStride, sqrt(lanes(f32x4.add(rests0, rests1))));
  store<i32>(about + 3 * aboutStride, total(sums));
}

/**
 * Rows `from` to `to` of x as numbers without sign, 128 for 0; out [rows, width]. `width` is a multiple of 16.
 *
 * @param about [4, rows], written: scales, norms of the rows themselves, norms of what the whole numbers leave, unused
 */
export function quantiseInputs(
  from: usize,
  to: usize,
  rows: usize,
  width: usize,
  x: usize,
  out: usize,
  about: usize,
): void {
  for (let row = from; row < to; row++) {
    const at = x + row * (width << 2);
    quantise(at, width, out + row * width, LEVELS, 128, about + (row << 2), rows << 2);
    store<f32>(about + ((rows + row) << 2), sqrt(dot(at, at, width)));
  }
}

/** The interleaved halves of two vectors of bytes. */
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

/** A square of 16 × 16 bytes, its rows made columns; `room` for two such squares. */
function transposeSquare(from: usize, fromStride: usize, to: usize, toStride: usize, room: usize): void {
  for (let i: usize = 0; i < 16; i++) v128.store(room + (i << 4), v128.load(from + i * fromStride));
  interleave(room, room + 256);
  interleave(room + 256, room);
  interleave(room, room + 256);
  interleave(room + 256, room);
  for (let i: usize = 0; i < 16; i++) v128.store(to + i * toStride, v128.load(room + (i << 4)));
}

/**
 * Rows `from` to `to` of W, in groups of 16, as columns of numbers with sign; out [width, columns]. `width` and `columns`
 * are multiples of 16.
 *
 * @param levels whole numbers are from −levels to levels
 * @param room for 16 · (width + 32) bytes, for each group
 * @param about [4, columns], written: scales, norms of what the whole numbers stand for, norms of what they leave, and
 *   −128 · scale · the sum of the whole numbers, which is what their products with inputs without sign have too much
 */
export function quantiseWeights(
  from: usize,
  to: usize,
  columns: usize,
  width: usize,
  W: usize,
  out: usize,
  about: usize,
  levels: f32,
  rooms: usize,
): void {
  for (let group = from; group < to; group++) {
    const room = rooms + group * (width + 32) * 16;
    const squares = room + 16 * width;
    for (let i: usize = 0; i < 16; i++) {
      const column = group * 16 + i;
      const aboutColumn = about + (column << 2);
      quantise(W + column * (width << 2), width, room + i * width, levels, 0, aboutColumn, columns << 2);
      const sum = <f32>load<i32>(aboutColumn + 3 * (columns << 2));
      store<f32>(aboutColumn + 3 * (columns << 2), -128 * sum * load<f32>(aboutColumn));
    }
    for (let i: usize = 0; i < width; i += 16) {
      transposeSquare(room + i, width, out + i * columns + group * 16, columns, squares);
    }
  }
}
