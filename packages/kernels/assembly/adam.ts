import { addScaledRows, dot } from './rows';

/** sums[row] = Σ a². */
export function squareSums(from: usize, to: usize, width: usize, a: usize, sums: usize): void {
  const bytes = width << 2;
  for (let row = from; row < to; row++) {
    const at = a + row * bytes;
    store<f32>(sums + (row << 2), dot(at, at, width));
  }
}

/**
 * A step of Adam on the rows `from` to `to` of a parameter, in place. Core's `adam` has the formula.
 *
 * @param scale multiplies the gradient, to clip it
 * @param isUnit keeps rows at norm 1: removes the gradient's component along each row, and rescales the row afterwards
 */
export function adam(
  from: usize,
  to: usize,
  width: usize,
  parameter: usize,
  m: usize,
  v: usize,
  scale: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  stepSize: f32,
  rootCorrection: f32,
  epsilon: f32,
  isUnit: i32,
  gradient: usize,
): void {
  const bytes = width << 2;
  const vectors = bytes & ~15;
  const scales = f32x4.splat(scale);
  const b1 = f32x4.splat(beta1);
  const r1 = f32x4.splat(rest1);
  const b2 = f32x4.splat(beta2);
  const r2 = f32x4.splat(rest2);
  const size = f32x4.splat(stepSize);
  const inverse = f32x4.splat(1 / rootCorrection);
  const eps = f32x4.splat(epsilon);
  for (let row = from; row < to; row++) {
    const p = parameter + row * bytes;
    const mRow = m + row * bytes;
    const vRow = v + row * bytes;
    const g = gradient + row * bytes;
    const along: f32 = isUnit ? scale * dot(g, p, width) : 0;
    const alongs = f32x4.splat(along);
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      const was = v128.load(p + at);
      const slope = f32x4.sub(f32x4.mul(scales, v128.load(g + at)), f32x4.mul(alongs, was));
      const first = f32x4.add(f32x4.mul(b1, v128.load(mRow + at)), f32x4.mul(r1, slope));
      const second = f32x4.add(f32x4.mul(b2, v128.load(vRow + at)), f32x4.mul(r2, f32x4.mul(slope, slope)));
      v128.store(mRow + at, first);
      v128.store(vRow + at, second);
      const root = f32x4.add(f32x4.mul(f32x4.sqrt(second), inverse), eps);
      v128.store(p + at, f32x4.sub(was, f32x4.div(f32x4.mul(size, first), root)));
    }
    for (; at < bytes; at += 4) {
      const was = load<f32>(p + at);
      const slope = scale * load<f32>(g + at) - along * was;
      const first = beta1 * load<f32>(mRow + at) + rest1 * slope;
      const second = beta2 * load<f32>(vRow + at) + rest2 * (slope * slope);
      store<f32>(mRow + at, first);
      store<f32>(vRow + at, second);
      const root = sqrt(second) * (1 / rootCorrection) + epsilon;
      store<f32>(p + at, was - (stepSize * first) / root);
    }
    if (isUnit) rescale(p, width);
  }
}

/**
 * Like `adam`, with a gradient that is computed one row at a time from entries sorted by column; see `weightGradients`.
 *
 * @param squares Σ of the squares of each row of the gradient, [columns], written
 * @param gradient scratch for a row
 */
export function adamOfEntries(
  from: usize,
  to: usize,
  width: usize,
  parameter: usize,
  m: usize,
  v: usize,
  scale: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  stepSize: f32,
  rootCorrection: f32,
  epsilon: f32,
  isUnit: i32,
  rows: usize,
  columnStart: usize,
  rowOf: usize,
  values: usize,
  bounds: usize,
  boundCount: usize,
  dy: usize,
  squares: usize,
  gradient: usize,
): void {
  const bytes = width << 2;
  let g: usize = 0;
  for (let row = from; row < to; row++) {
    g = boundAbove(row, g, bounds, boundCount);
    makeRow(row, g, width, rows, columnStart, rowOf, values, boundCount, dy, gradient);
    store<f32>(squares + (row << 2), dot(gradient, gradient, width));
    adam(
      row,
      row + 1,
      width,
      parameter,
      m,
      v,
      scale,
      beta1,
      rest1,
      beta2,
      rest2,
      stepSize,
      rootCorrection,
      epsilon,
      isUnit,
      // The offset that a whole gradient would have.
      gradient - row * bytes,
    );
  }
}

/** squares[row] = Σ of the squares of a row of the gradient, computed as above; arguments as above. */
export function squareSumsOfEntries(
  from: usize,
  to: usize,
  width: usize,
  rows: usize,
  columnStart: usize,
  rowOf: usize,
  values: usize,
  bounds: usize,
  boundCount: usize,
  dy: usize,
  squares: usize,
  gradient: usize,
): void {
  let g: usize = 0;
  for (let row = from; row < to; row++) {
    g = boundAbove(row, g, bounds, boundCount);
    makeRow(row, g, width, rows, columnStart, rowOf, values, boundCount, dy, gradient);
    store<f32>(squares + (row << 2), dot(gradient, gradient, width));
  }
}

/** The index of the first bound above a row, searching from `g`. */
function boundAbove(row: usize, g: usize, bounds: usize, boundCount: usize): usize {
  while (g < boundCount && <usize>load<u32>(bounds + (g << 2)) <= row) g++;
  return g;
}

/** Computes a row of the gradient, [width]. It is zero from the last bound on. */
function makeRow(
  row: usize,
  g: usize,
  width: usize,
  rows: usize,
  columnStart: usize,
  rowOf: usize,
  values: usize,
  boundCount: usize,
  dy: usize,
  gradient: usize,
): void {
  const bytes = width << 2;
  const start: usize = load<u32>(columnStart + (row << 2));
  const count: usize = g < boundCount ? <usize>load<u32>(columnStart + (row << 2), 4) - start : 0;
  memory.fill(gradient, 0, bytes);
  addScaledRows(gradient, rowOf + (start << 2), values + (start << 2), count, dy + g * rows * bytes, width);
}

/** Rescales a row to norm 1. A row of zeros is left as it is. */
function rescale(row: usize, width: usize): void {
  const bytes = width << 2;
  const vectors = bytes & ~15;
  const factor: f32 = 1 / max<f32>(sqrt(dot(row, row, width)), 1e-30);
  const factors = f32x4.splat(factor);
  let at: usize = 0;
  for (; at < vectors; at += 16) v128.store(row + at, f32x4.mul(factors, v128.load(row + at)));
  for (; at < bytes; at += 4) store<f32>(row + at, factor * load<f32>(row + at));
}
