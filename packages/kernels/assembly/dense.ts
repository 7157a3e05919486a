// Passes over the rows `from` to `to` of matrices. Each replaces several operations of tfjs, which would each read the
// matrix again.

import { squaredDistance } from './rows';

/** sums[row] = Σ (x − y)², for y [groups · rows, width] and x [rows, width], which every group is compared with. */
export function squaredErrors(
  from: usize,
  to: usize,
  rows: usize,
  width: usize,
  x: usize,
  y: usize,
  sums: usize,
): void {
  const bytes = width << 2;
  for (let row = from; row < to; row++) {
    store<f32>(sums + (row << 2), squaredDistance(x + (row % rows) * bytes, y + row * bytes, width));
  }
}

/** out = scale · (y − x). */
export function scaledDifference(
  from: usize,
  to: usize,
  rows: usize,
  width: usize,
  x: usize,
  y: usize,
  scale: f32,
  out: usize,
): void {
  const bytes = width << 2;
  const vectors = bytes & ~15;
  const factor = f32x4.splat(scale);
  for (let row = from; row < to; row++) {
    const a = x + (row % rows) * bytes;
    const b = y + row * bytes;
    const into = out + row * bytes;
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      v128.store(into + at, f32x4.mul(factor, f32x4.sub(v128.load(b + at), v128.load(a + at))));
    }
    for (; at < bytes; at += 4) store<f32>(into + at, scale * (load<f32>(b + at) - load<f32>(a + at)));
  }
}

/** out = x − vector, for each row. */
export function subtractVector(
  from: usize,
  to: usize,
  width: usize,
  x: usize,
  vector: usize,
  out: usize,
): void {
  const bytes = width << 2;
  const vectors = bytes & ~15;
  for (let row = from; row < to; row++) {
    const a = x + row * bytes;
    const into = out + row * bytes;
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      v128.store(into + at, f32x4.sub(v128.load(a + at), v128.load(vector + at)));
    }
    for (; at < bytes; at += 4) store<f32>(into + at, load<f32>(a + at) - load<f32>(vector + at));
  }
}

/** Columns that `vectorProduct` computes at a time. */
const STRIP: usize = 16;

/** vector · matrix for strips `from` to `to` of 16 columns each; out [width]. */
export function vectorProduct(
  from: usize,
  to: usize,
  rows: usize,
  width: usize,
  vector: usize,
  matrix: usize,
  out: usize,
): void {
  const bytes = width << 2;
  for (let strip = from; strip < to; strip++) {
    const first = strip * STRIP;
    if (first + STRIP > width) {
      for (let column = first; column < width; column++) {
        let sum: f32 = 0;
        for (let row: usize = 0; row < rows; row++) {
          sum += load<f32>(vector + (row << 2)) * load<f32>(matrix + row * bytes + (column << 2));
        }
        store<f32>(out + (column << 2), sum);
      }
      continue;
    }
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let at = matrix + (first << 2);
    for (let row: usize = 0; row < rows; row++) {
      const factor = f32x4.splat(load<f32>(vector + (row << 2)));
      s0 = f32x4.add(s0, f32x4.mul(factor, v128.load(at)));
      s1 = f32x4.add(s1, f32x4.mul(factor, v128.load(at, 16)));
      s2 = f32x4.add(s2, f32x4.mul(factor, v128.load(at, 32)));
      s3 = f32x4.add(s3, f32x4.mul(factor, v128.load(at, 48)));
      at += bytes;
    }
    const into = out + (first << 2);
    v128.store(into, s0);
    v128.store(into, s1, 16);
    v128.store(into, s2, 32);
    v128.store(into, s3, 48);
  }
}

/** out = each row of a times its factor. */
export function scaleRows(from: usize, to: usize, width: usize, a: usize, factors: usize, out: usize): void {
  const bytes = width << 2;
  const vectors = bytes & ~15;
  for (let row = from; row < to; row++) {
    const factor = load<f32>(factors + (row << 2));
    const all = f32x4.splat(factor);
    const source = a + row * bytes;
    const into = out + row * bytes;
    let at: usize = 0;
    for (; at < vectors; at += 16) v128.store(into + at, f32x4.mul(all, v128.load(source + at)));
    for (; at < bytes; at += 4) store<f32>(into + at, factor * load<f32>(source + at));
  }
}

/** out = a + b. */
export function add(from: usize, to: usize, width: usize, a: usize, b: usize, out: usize): void {
  const end = a + to * (width << 2);
  let at = a + from * (width << 2);
  let other = b + from * (width << 2);
  let into = out + from * (width << 2);
  for (; at + 32 <= end; at += 32, other += 32, into += 32) {
    v128.store(into, f32x4.add(v128.load(at), v128.load(other)));
    v128.store(into, f32x4.add(v128.load(at, 16), v128.load(other, 16)), 16);
  }
  for (; at < end; at += 4, other += 4, into += 4) store<f32>(into, load<f32>(at) + load<f32>(other));
}

/** out = the vector, in every row. */
export function repeatRow(from: usize, to: usize, width: usize, vector: usize, out: usize): void {
  const bytes = width << 2;
  for (let row = from; row < to; row++) memory.copy(out + row * bytes, vector, bytes);
}

/** out = max(a, 0). NaN is kept. */
export function positivePart(from: usize, to: usize, width: usize, a: usize, out: usize): void {
  const end = a + to * (width << 2);
  const zero = f32x4.splat(0);
  let at = a + from * (width << 2);
  let into = out + from * (width << 2);
  for (; at + 32 <= end; at += 32, into += 32) {
    v128.store(into, f32x4.max(v128.load(at), zero));
    v128.store(into, f32x4.max(v128.load(at, 16), zero), 16);
  }
  for (; at < end; at += 4, into += 4) store<f32>(into, max<f32>(load<f32>(at), 0));
}

/** out = a where the value is positive or NaN, else 0. */
export function whereOn(from: usize, to: usize, width: usize, a: usize, values: usize, out: usize): void {
  const end = a + to * (width << 2);
  const zero = f32x4.splat(0);
  let at = a + from * (width << 2);
  let value = values + from * (width << 2);
  let into = out + from * (width << 2);
  for (; at + 32 <= end; at += 32, value += 32, into += 32) {
    v128.store(into, v128.andnot(v128.load(at), f32x4.le(v128.load(value), zero)));
    v128.store(into, v128.andnot(v128.load(at, 16), f32x4.le(v128.load(value, 16), zero)), 16);
  }
  for (; at < end; at += 4, value += 4, into += 4) {
    store<f32>(into, load<f32>(value) <= 0 ? 0 : load<f32>(at));
  }
}

/**
 * out[block, column] = 1 if a row of the block is non-zero in this column, else 0, for the blocks `from` to `to` of the rows.
 */
export function nonZeroColumns(
  from: usize,
  to: usize,
  blocks: usize,
  rows: usize,
  width: usize,
  a: usize,
  out: usize,
): void {
  const bytes = width << 2;
  const pairs = bytes & ~31;
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let block = from; block < to; block++) {
    const found = out + block * bytes;
    memory.fill(found, 0, bytes);
    const last = a + ((rows * (block + 1)) / blocks) * bytes;
    for (let row = a + ((rows * block) / blocks) * bytes; row < last; row += bytes) {
      let at: usize = 0;
      for (; at < pairs; at += 32) {
        const low = v128.and(one, f32x4.ne(v128.load(row + at), zero));
        const high = v128.and(one, f32x4.ne(v128.load(row + at, 16), zero));
        const wasLow = v128.load(found + at);
        const wasHigh = v128.load(found + at, 16);
        v128.store(found + at, v128.or(wasLow, low));
        v128.store(found + at, v128.or(wasHigh, high), 16);
      }
      for (; at < bytes; at += 4) if (load<f32>(row + at) !== 0) store<f32>(found + at, 1);
    }
  }
}

/** Side of the squares that `transpose` moves: whole cache lines of both matrices. */
const SIDE: usize = 16;

/** out = aᵀ, [width, rows], for groups `from` to `to` of 16 rows of a, [rows, width]. */
export function transpose(from: usize, to: usize, rows: usize, width: usize, a: usize, out: usize): void {
  const last = min(to * SIDE, rows);
  for (let first = from * SIDE; first < last; first += SIDE) {
    const end = min(first + SIDE, last);
    for (let left: usize = 0; left < width; left += SIDE) {
      const right = min(left + SIDE, width);
      if (end - first < SIDE || right - left < SIDE) {
        for (let row = first; row < end; row++) {
          for (let column = left; column < right; column++) {
            store<u32>(out + ((column * rows + row) << 2), load<u32>(a + ((row * width + column) << 2)));
          }
        }
        continue;
      }
      for (let column = left; column < right; column += 4) {
        for (let row = first; row < end; row += 4) {
          const source = a + ((row * width + column) << 2);
          transposeFour(source, width << 2, out + ((column * rows + row) << 2), rows << 2);
        }
      }
    }
  }
}

function transposeFour(a: usize, bytes: usize, out: usize, outBytes: usize): void {
  const r0 = v128.load(a);
  const r1 = v128.load(a + bytes);
  const r2 = v128.load(a + 2 * bytes);
  const r3 = v128.load(a + 3 * bytes);
  const low01 = v128.shuffle<u32>(r0, r1, 0, 4, 1, 5);
  const low23 = v128.shuffle<u32>(r2, r3, 0, 4, 1, 5);
  const high01 = v128.shuffle<u32>(r0, r1, 2, 6, 3, 7);
  const high23 = v128.shuffle<u32>(r2, r3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<u64>(low01, low23, 0, 2));
  v128.store(out + outBytes, v128.shuffle<u64>(low01, low23, 1, 3));
  v128.store(out + 2 * outBytes, v128.shuffle<u64>(high01, high23, 0, 2));
  v128.store(out + 3 * outBytes, v128.shuffle<u64>(high01, high23, 1, 3));
}
