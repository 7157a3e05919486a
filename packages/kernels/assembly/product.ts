import { addScaledRows, dots, squaredDistance } from './rows';

/**
 * Rows `from` to `to` of the product with `matrix`; out [rows, width].
 *
 * @param bias [width], or 0 for none
 */
export function product(
  from: usize,
  to: usize,
  rowStart: usize,
  columnOf: usize,
  values: usize,
  matrix: usize,
  width: usize,
  bias: usize,
  out: usize,
): void {
  const bytes = width << 2;
  for (let row = from; row < to; row++) {
    const first: usize = load<u32>(rowStart + (row << 2));
    const end: usize = load<u32>(rowStart + (row << 2), 4);
    begin(out + row * bytes, bias, bytes);
    const columns = columnOf + (first << 2);
    addScaledRows(out + row * bytes, columns, values + (first << 2), end - first, matrix, width);
  }
}

/** The gradient of each entry of the rows `from` to `to`: dy[row] · matrix[column]. */
export function valueGradients(
  from: usize,
  to: usize,
  rowStart: usize,
  columnOf: usize,
  matrix: usize,
  width: usize,
  dy: usize,
  out: usize,
): void {
  for (let row = from; row < to; row++) {
    const first: usize = load<u32>(rowStart + (row << 2));
    const end: usize = load<u32>(rowStart + (row << 2), 4);
    dots(dy + row * (width << 2), matrix, columnOf + (first << 2), end - first, width, out + (first << 2));
  }
}

/**
 * The errors of the products with the first `bounds[g]` rows of `matrix`, for each g, in the rows `from` to `to`, and the
 * parts of the gradient of their squares. All of it is done while the rows of `matrix` that a row needs are in the cache.
 *
 * @param bias [width], or 0 for none
 * @param errors written: Σ (product − x) over the bounds from g on, the gradient that reaches the entries of group g;
 *   [bounds, rows, width]
 * @param slopes written: errors[g, row] · matrix[column] for each entry, where g is the first bound above the column, 0 if
 *   there is none: half the gradient of the sum of squared errors
 * @param sums written: Σ (product − x)² of each row over all bounds, [rows]
 */
export function codeErrors(
  from: usize,
  to: usize,
  rows: usize,
  rowStart: usize,
  columnOf: usize,
  values: usize,
  matrix: usize,
  width: usize,
  bias: usize,
  bounds: usize,
  boundCount: usize,
  x: usize,
  errors: usize,
  slopes: usize,
  sums: usize,
): void {
  const bytes = width << 2;
  const stride = rows * bytes;
  for (let row = from; row < to; row++) {
    const first: usize = load<u32>(rowStart + (row << 2));
    const end: usize = load<u32>(rowStart + (row << 2), 4);
    const own = errors + row * bytes;
    let entry = first;
    let before = bias;
    for (let g: usize = 0; g < boundCount; g++) {
      const group = entry;
      entry = groupEnd(columnOf, entry, end, load<u32>(bounds + (g << 2)));
      const sum = own + g * stride;
      begin(sum, before, bytes);
      addScaledRows(sum, columnOf + (group << 2), values + (group << 2), entry - group, matrix, width);
      before = sum;
    }
    const input = x + row * bytes;
    let total: f32 = 0;
    for (let g = boundCount; g > 0; g--) {
      const sum = own + (g - 1) * stride;
      total += squaredDistance(sum, input, width);
      subtract(sum, input, g === boundCount ? 0 : sum + stride, bytes);
    }
    store<f32>(sums + (row << 2), total);
    entry = first;
    for (let g: usize = 0; g < boundCount; g++) {
      const group = entry;
      entry = groupEnd(columnOf, entry, end, load<u32>(bounds + (g << 2)));
      dots(own + g * stride, matrix, columnOf + (group << 2), entry - group, width, slopes + (group << 2));
    }
    memory.fill(slopes + (entry << 2), 0, (end - entry) << 2);
  }
}

/** Starts a sum with `value`, or with 0. */
function begin(sum: usize, value: usize, bytes: usize): void {
  if (value === 0) memory.fill(sum, 0, bytes);
  else memory.copy(sum, value, bytes);
}

/** The first entry from `from` to `end` whose column is not below the bound. */
function groupEnd(columnOf: usize, from: usize, end: usize, bound: u32): usize {
  if (end > from && load<u32>(columnOf + (end << 2) - 4) < bound) return end;
  let entry = from;
  while (entry < end && load<u32>(columnOf + (entry << 2)) < bound) entry++;
  return entry;
}

/** a += c − b, where an offset of 0 for c means none. */
function subtract(a: usize, b: usize, c: usize, bytes: usize): void {
  const vectors = bytes & ~15;
  let at: usize = 0;
  if (c === 0) {
    for (; at < vectors; at += 16) v128.store(a + at, f32x4.sub(v128.load(a + at), v128.load(b + at)));
    for (; at < bytes; at += 4) store<f32>(a + at, load<f32>(a + at) - load<f32>(b + at));
    return;
  }
  for (; at < vectors; at += 16) {
    const difference = f32x4.sub(v128.load(a + at), v128.load(b + at));
    v128.store(a + at, f32x4.add(difference, v128.load(c + at)));
  }
  for (; at < bytes; at += 4) {
    store<f32>(a + at, load<f32>(a + at) - load<f32>(b + at) + load<f32>(c + at));
  }
}
