import { addScaledRows, dots } from './rows';

/**
 * Rows `from` to `to` of the products with the first `bounds[g]` rows of `matrix`, for each g; out [bounds, rows, width].
 *
 * @param bias [width], or 0 for none
 */
export function prefixProducts(
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
  out: usize,
): void {
  const bytes = width << 2;
  for (let row = from; row < to; row++) {
    let entry: usize = load<u32>(rowStart + (row << 2));
    const end: usize = load<u32>(rowStart + (row << 2), 4);
    let before = bias;
    for (let g: usize = 0; g < boundCount; g++) {
      const bound = load<u32>(bounds + (g << 2));
      const first = entry;
      if (g + 1 === boundCount && load<u32>(columnOf + (end << 2) - 4) < bound) entry = end;
      else while (entry < end && load<u32>(columnOf + (entry << 2)) < bound) entry++;
      const sum = out + (g * rows + row) * bytes;
      if (before === 0) memory.fill(sum, 0, bytes);
      else memory.copy(sum, before, bytes);
      addScaledRows(sum, columnOf + (first << 2), values + (first << 2), entry - first, matrix, width);
      before = sum;
    }
  }
}

/**
 * Gradient of each entry of the rows `from` to `to`: dy[g, row] · matrix[column], g the first bound above the column; 0
 * where there is none. For prefixes dy holds the sums over all bounds from g on, [bounds, rows, width].
 */
export function valueGradients(
  from: usize,
  to: usize,
  rows: usize,
  rowStart: usize,
  columnOf: usize,
  matrix: usize,
  width: usize,
  bounds: usize,
  boundCount: usize,
  dy: usize,
  out: usize,
): void {
  const bytes = width << 2;
  for (let row = from; row < to; row++) {
    const end: usize = load<u32>(rowStart + (row << 2), 4);
    let entry: usize = load<u32>(rowStart + (row << 2));
    for (let g: usize = 0; g < boundCount; g++) {
      const bound = load<u32>(bounds + (g << 2));
      const first = entry;
      if (end > entry && load<u32>(columnOf + (end << 2) - 4) < bound) entry = end;
      else while (entry < end && load<u32>(columnOf + (entry << 2)) < bound) entry++;
      dots(
        dy + (g * rows + row) * bytes,
        matrix,
        columnOf + (first << 2),
        entry - first,
        width,
        out + (first << 2),
      );
    }
    memory.fill(out + (entry << 2), 0, (end - entry) << 2);
  }
}

/**
 * out[g] = Σ dy[h] over h ≥ g, for the rows `from` to `to`: what reaches the entries of each group; [bounds, rows, width].
 */
export function suffixSums(
  from: usize,
  to: usize,
  rows: usize,
  width: usize,
  boundCount: usize,
  dy: usize,
  out: usize,
): void {
  const bytes = (to - from) * (width << 2);
  const vectors = bytes & ~15;
  const stride = rows * (width << 2);
  const last = (boundCount - 1) * stride + from * (width << 2);
  memory.copy(out + last, dy + last, bytes);
  for (let g = boundCount - 1; g > 0; g--) {
    const start = (g - 1) * stride + from * (width << 2);
    const own = dy + start;
    const into = out + start;
    const above = into + stride;
    let at: usize = 0;
    for (; at < vectors; at += 16)
      v128.store(into + at, f32x4.add(v128.load(own + at), v128.load(above + at)));
    for (; at < bytes; at += 4) store<f32>(into + at, load<f32>(own + at) + load<f32>(above + at));
  }
}
