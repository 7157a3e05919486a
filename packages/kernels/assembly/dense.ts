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
