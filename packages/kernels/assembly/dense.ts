// Passes over whole matrices, `from` row to `to`, that would be several operations of tfjs, each through the cache again.

import { squaredDistance } from './rows';

/** sums[row] = Σ (x − y)², for y [groups · rows, width] and x [rows, width]: each group of rows against the same x. */
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

/** The number of columns that `vectorProduct` does at once. */
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
