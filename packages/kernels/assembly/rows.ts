// Sums and dot products of rows of floats, four lanes at a time. The order of additions depends only on the width and on the
// order of the entries, never on the thread.

/** Offset of the 128 bytes to which this thread spills registers. */
declare const spill: usize;

function rowAt(indices: usize, i: usize, matrix: usize, bytes: usize): usize {
  return matrix + <usize>load<u32>(indices + (i << 2)) * bytes;
}

function factorAt(factors: usize, i: usize): f32 {
  return load<f32>(factors + (i << 2));
}

/** sum += Σᵢ factors[i] · matrix[indices[i]], in the order of i; [width]. */
export function addScaledRows(
  sum: usize,
  indices: usize,
  factors: usize,
  count: usize,
  matrix: usize,
  width: usize,
): void {
  const bytes = width << 2;
  const pairs = bytes & ~31;
  const vectors = bytes & ~15;
  let i: usize = 0;
  // Eight rows at a time, since they are far apart in memory. The sum is read and written once for all of them.
  for (; i + 8 <= count; i += 8) {
    const a = rowAt(indices, i, matrix, bytes);
    const b = rowAt(indices, i + 1, matrix, bytes);
    const c = rowAt(indices, i + 2, matrix, bytes);
    const d = rowAt(indices, i + 3, matrix, bytes);
    const e = rowAt(indices, i + 4, matrix, bytes);
    const f = rowAt(indices, i + 5, matrix, bytes);
    const g = rowAt(indices, i + 6, matrix, bytes);
    const h = rowAt(indices, i + 7, matrix, bytes);
    const fa = factorAt(factors, i);
    const fb = factorAt(factors, i + 1);
    const fc = factorAt(factors, i + 2);
    const fd = factorAt(factors, i + 3);
    const fe = factorAt(factors, i + 4);
    const ff = factorAt(factors, i + 5);
    const fg = factorAt(factors, i + 6);
    const fh = factorAt(factors, i + 7);
    const va = f32x4.splat(fa);
    const vb = f32x4.splat(fb);
    const vc = f32x4.splat(fc);
    const vd = f32x4.splat(fd);
    const ve = f32x4.splat(fe);
    const vf = f32x4.splat(ff);
    const vg = f32x4.splat(fg);
    const vh = f32x4.splat(fh);
    let at: usize = 0;
    for (; at < pairs; at += 32) {
      const into = sum + at;
      const aAt = a + at;
      const bAt = b + at;
      const cAt = c + at;
      const dAt = d + at;
      const eAt = e + at;
      const fAt = f + at;
      const gAt = g + at;
      const hAt = h + at;
      let s0 = f32x4.add(v128.load(into), f32x4.mul(va, v128.load(aAt)));
      let s1 = f32x4.add(v128.load(into, 16), f32x4.mul(va, v128.load(aAt, 16)));
      s0 = f32x4.add(s0, f32x4.mul(vb, v128.load(bAt)));
      s1 = f32x4.add(s1, f32x4.mul(vb, v128.load(bAt, 16)));
      s0 = f32x4.add(s0, f32x4.mul(vc, v128.load(cAt)));
      s1 = f32x4.add(s1, f32x4.mul(vc, v128.load(cAt, 16)));
      s0 = f32x4.add(s0, f32x4.mul(vd, v128.load(dAt)));
      s1 = f32x4.add(s1, f32x4.mul(vd, v128.load(dAt, 16)));
      s0 = f32x4.add(s0, f32x4.mul(ve, v128.load(eAt)));
      s1 = f32x4.add(s1, f32x4.mul(ve, v128.load(eAt, 16)));
      s0 = f32x4.add(s0, f32x4.mul(vf, v128.load(fAt)));
      s1 = f32x4.add(s1, f32x4.mul(vf, v128.load(fAt, 16)));
      s0 = f32x4.add(s0, f32x4.mul(vg, v128.load(gAt)));
      s1 = f32x4.add(s1, f32x4.mul(vg, v128.load(gAt, 16)));
      s0 = f32x4.add(s0, f32x4.mul(vh, v128.load(hAt)));
      s1 = f32x4.add(s1, f32x4.mul(vh, v128.load(hAt, 16)));
      v128.store(into, s0);
      v128.store(into, s1, 16);
    }
    for (; at < vectors; at += 16) {
      let s = v128.load(sum + at);
      s = f32x4.add(s, f32x4.mul(va, v128.load(a + at)));
      s = f32x4.add(s, f32x4.mul(vb, v128.load(b + at)));
      s = f32x4.add(s, f32x4.mul(vc, v128.load(c + at)));
      s = f32x4.add(s, f32x4.mul(vd, v128.load(d + at)));
      s = f32x4.add(s, f32x4.mul(ve, v128.load(e + at)));
      s = f32x4.add(s, f32x4.mul(vf, v128.load(f + at)));
      s = f32x4.add(s, f32x4.mul(vg, v128.load(g + at)));
      s = f32x4.add(s, f32x4.mul(vh, v128.load(h + at)));
      v128.store(sum + at, s);
    }
    for (; at < bytes; at += 4) {
      let s = load<f32>(sum + at);
      s += fa * load<f32>(a + at);
      s += fb * load<f32>(b + at);
      s += fc * load<f32>(c + at);
      s += fd * load<f32>(d + at);
      s += fe * load<f32>(e + at);
      s += ff * load<f32>(f + at);
      s += fg * load<f32>(g + at);
      s += fh * load<f32>(h + at);
      store<f32>(sum + at, s);
    }
  }
  for (; i + 4 <= count; i += 4) {
    const a = rowAt(indices, i, matrix, bytes);
    const b = rowAt(indices, i + 1, matrix, bytes);
    const c = rowAt(indices, i + 2, matrix, bytes);
    const d = rowAt(indices, i + 3, matrix, bytes);
    const fa = factorAt(factors, i);
    const fb = factorAt(factors, i + 1);
    const fc = factorAt(factors, i + 2);
    const fd = factorAt(factors, i + 3);
    const va = f32x4.splat(fa);
    const vb = f32x4.splat(fb);
    const vc = f32x4.splat(fc);
    const vd = f32x4.splat(fd);
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      let s = v128.load(sum + at);
      s = f32x4.add(s, f32x4.mul(va, v128.load(a + at)));
      s = f32x4.add(s, f32x4.mul(vb, v128.load(b + at)));
      s = f32x4.add(s, f32x4.mul(vc, v128.load(c + at)));
      s = f32x4.add(s, f32x4.mul(vd, v128.load(d + at)));
      v128.store(sum + at, s);
    }
    for (; at < bytes; at += 4) {
      let s = load<f32>(sum + at);
      s += fa * load<f32>(a + at);
      s += fb * load<f32>(b + at);
      s += fc * load<f32>(c + at);
      s += fd * load<f32>(d + at);
      store<f32>(sum + at, s);
    }
  }
  for (; i < count; i++) {
    const a = rowAt(indices, i, matrix, bytes);
    const fa = factorAt(factors, i);
    const va = f32x4.splat(fa);
    for (let at: usize = 0; at < vectors; at += 16) {
      v128.store(sum + at, f32x4.add(v128.load(sum + at), f32x4.mul(va, v128.load(a + at))));
    }
    for (let at = vectors; at < bytes; at += 4) {
      store<f32>(sum + at, load<f32>(sum + at) + fa * load<f32>(a + at));
    }
  }
}

function lanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** Σ a·b over [width]. */
export function dot(a: usize, b: usize, width: usize): f32 {
  const bytes = width << 2;
  const blocks = bytes & ~31;
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let at: usize = 0;
  for (; at < blocks; at += 32) {
    s0 = f32x4.add(s0, f32x4.mul(v128.load(a + at), v128.load(b + at)));
    s1 = f32x4.add(s1, f32x4.mul(v128.load(a + at, 16), v128.load(b + at, 16)));
  }
  return lanes(f32x4.add(s0, s1)) + tail(a, b, at, bytes);
}

function tail(a: usize, b: usize, from: usize, bytes: usize): f32 {
  let sum: f32 = 0;
  for (let at = from; at < bytes; at += 4) sum += load<f32>(a + at) * load<f32>(b + at);
  return sum;
}

/**
 * out[i] = a · matrix[indices[i]] for `count` rows, each with the bits that `dot` gives.
 *
 * Four rows at a time, since they are far apart in memory and their sums are independent. If fewer are left, the last is
 * computed repeatedly, which takes no longer than computing it alone.
 */
export function dots(a: usize, matrix: usize, indices: usize, count: usize, width: usize, out: usize): void {
  const bytes = width << 2;
  const pairs = bytes & ~31;
  for (let i: usize = 0; i < count; i += 4) {
    const last = count - 1;
    const second = min(i + 1, last);
    const third = min(i + 2, last);
    const fourth = min(i + 3, last);
    const b = rowAt(indices, i, matrix, bytes);
    const c = rowAt(indices, second, matrix, bytes);
    const d = rowAt(indices, third, matrix, bytes);
    const e = rowAt(indices, fourth, matrix, bytes);
    let b0 = f32x4.splat(0);
    let b1 = b0;
    let c0 = b0;
    let c1 = b0;
    let d0 = b0;
    let d1 = b0;
    let e0 = b0;
    let e1 = b0;
    for (let at: usize = 0; at < pairs; at += 32) {
      const x0 = v128.load(a + at);
      const x1 = v128.load(a + at, 16);
      b0 = f32x4.add(b0, f32x4.mul(x0, v128.load(b + at)));
      b1 = f32x4.add(b1, f32x4.mul(x1, v128.load(b + at, 16)));
      c0 = f32x4.add(c0, f32x4.mul(x0, v128.load(c + at)));
      c1 = f32x4.add(c1, f32x4.mul(x1, v128.load(c + at, 16)));
      d0 = f32x4.add(d0, f32x4.mul(x0, v128.load(d + at)));
      d1 = f32x4.add(d1, f32x4.mul(x1, v128.load(d + at, 16)));
      e0 = f32x4.add(e0, f32x4.mul(x0, v128.load(e + at)));
      e1 = f32x4.add(e1, f32x4.mul(x1, v128.load(e + at, 16)));
    }
    // Through memory: V8 widens operations whose results are stored side by side, see `kernel-module.ts`.
    v128.store(spill, b0);
    v128.store(spill, b1, 16);
    v128.store(spill, c0, 32);
    v128.store(spill, c1, 48);
    v128.store(spill, d0, 64);
    v128.store(spill, d1, 80);
    v128.store(spill, e0, 96);
    v128.store(spill, e1, 112);
    store<f32>(out + (i << 2), pairLanes(spill) + tail(a, b, pairs, bytes));
    store<f32>(out + (second << 2), pairLanes(spill + 32) + tail(a, c, pairs, bytes));
    store<f32>(out + (third << 2), pairLanes(spill + 64) + tail(a, d, pairs, bytes));
    store<f32>(out + (fourth << 2), pairLanes(spill + 96) + tail(a, e, pairs, bytes));
  }
}

function pairLanes(pair: usize): f32 {
  return lanes(f32x4.add(v128.load(pair), v128.load(pair, 16)));
}

/** Σ (a − b)² over [width]. */
export function squaredDistance(a: usize, b: usize, width: usize): f32 {
  const bytes = width << 2;
  const blocks = bytes & ~31;
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let at: usize = 0;
  for (; at < blocks; at += 32) {
    const d0 = f32x4.sub(v128.load(a + at), v128.load(b + at));
    const d1 = f32x4.sub(v128.load(a + at, 16), v128.load(b + at, 16));
    s0 = f32x4.add(s0, f32x4.mul(d0, d0));
    s1 = f32x4.add(s1, f32x4.mul(d1, d1));
  }
  let sum = lanes(f32x4.add(s0, s1));
  for (; at < bytes; at += 4) {
    const d = load<f32>(a + at) - load<f32>(b + at);
    sum += d * d;
  }
  return sum;
}
