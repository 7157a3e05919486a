/** The first row of a part. */
function firstRow(rows: usize, parts: usize, part: usize): usize {
  return (rows * part) / parts;
}

/** Counts the entries of each column within the parts `from` to `to` of the rows; counts [parts, columns]. */
export function countByColumn(
  from: usize,
  to: usize,
  parts: usize,
  rows: usize,
  columns: usize,
  rowStart: usize,
  columnOf: usize,
  counts: usize,
): void {
  for (let part = from; part < to; part++) {
    const own = counts + part * (columns << 2);
    memory.fill(own, 0, columns << 2);
    const end: usize = load<u32>(rowStart + (firstRow(rows, parts, part + 1) << 2));
    for (let entry: usize = load<u32>(rowStart + (firstRow(rows, parts, part) << 2)); entry < end; entry++) {
      const at = own + ((<usize>load<u32>(columnOf + (entry << 2))) << 2);
      store<u32>(at, load<u32>(at) + 1);
    }
  }
}

/** Index of each column's first entry, columnStart [columns + 1]. Replaces the counts by the same index for each part. */
export function startByColumn(parts: usize, columns: usize, counts: usize, columnStart: usize): void {
  let sum: u32 = 0;
  for (let column: usize = 0; column < columns; column++) {
    store<u32>(columnStart + (column << 2), sum);
    for (let part: usize = 0; part < parts; part++) {
      const at = counts + ((part * columns + column) << 2);
      const size = load<u32>(at);
      store<u32>(at, sum);
      sum += size;
    }
  }
  store<u32>(columnStart + (columns << 2), sum);
}

/**
 * Sorts the entries of the parts `from` to `to` by column, and within a column by row.
 *
 * @param starts index of each part's first entry of each column, [parts, columns]; advanced to the last
 * @param rowOf row of each entry, written
 * @param entryOf index of each entry in the order by row, written
 */
export function placeByColumn(
  from: usize,
  to: usize,
  parts: usize,
  rows: usize,
  columns: usize,
  rowStart: usize,
  columnOf: usize,
  starts: usize,
  rowOf: usize,
  entryOf: usize,
): void {
  for (let part = from; part < to; part++) {
    const own = starts + part * (columns << 2);
    const last = firstRow(rows, parts, part + 1);
    for (let row = firstRow(rows, parts, part); row < last; row++) {
      const end: usize = load<u32>(rowStart + (row << 2), 4);
      for (let entry: usize = load<u32>(rowStart + (row << 2)); entry < end; entry++) {
        const at = own + ((<usize>load<u32>(columnOf + (entry << 2))) << 2);
        const index = <usize>load<u32>(at);
        store<u32>(at, <u32>index + 1);
        store<u32>(rowOf + (index << 2), <u32>row);
        store<u32>(entryOf + (index << 2), <u32>entry);
      }
    }
  }
}

/** Bytes of a row of a strip: the dimensions that are summed in registers. */
const STRIP: usize = 128;

/**
 * One strip of dimensions of the gradient of a weight matrix, for the columns `from` to `to`: out[column] = Σ values ·
 * dy[g, row], [width], where g is the first bound above the column; 0 if there is none. Entries are sorted by column, and
 * added in order.
 *
 * A latent's rows of dy are far apart in memory, so the strip of every row is first copied to scratch that fits in the
 * second cache.
 *
 * @param first the strip's first dimension
 * @param isMore whether to add to `out`
 * @param strip scratch for [rows + 1, STRIP]
 */
export function weightGradients(
  from: usize,
  to: usize,
  first: usize,
  rows: usize,
  columnStart: usize,
  rowOf: usize,
  values: usize,
  width: usize,
  bounds: usize,
  boundCount: usize,
  dy: usize,
  out: usize,
  isMore: i32,
  strip: usize,
): void {
  const bytes = width << 2;
  const offset = first << 2;
  const size = min(STRIP, bytes - offset);
  // The last strip may be narrower, so it is summed in the spare row.
  const spare = strip + rows * STRIP;
  let g: usize = 0;
  let cut = boundCount;
  for (let column = from; column < to; column++) {
    while (g < boundCount && <usize>load<u32>(bounds + (g << 2)) <= column) g++;
    const start: usize = load<u32>(columnStart + (column << 2));
    const count: usize = g < boundCount ? <usize>load<u32>(columnStart + (column << 2), 4) - start : 0;
    if (count > 0 && cut !== g) {
      cutStrip(dy + g * rows * bytes + offset, rows, bytes, size, strip);
      cut = g;
    }
    const sum = out + column * bytes + offset;
    const into = size < STRIP ? spare : sum;
    if (isMore && into !== sum) memory.copy(into, sum, size);
    addStrips(into, rowOf + (start << 2), values + (start << 2), count, strip, isMore);
    if (into !== sum) memory.copy(sum, into, size);
  }
}

/** sums[column] = or += Σ of the column's values, for the columns `from` to `to`. Entries are sorted by column. */
export function columnSums(
  from: usize,
  to: usize,
  columnStart: usize,
  values: usize,
  sums: usize,
  isMore: i32,
): void {
  for (let column = from << 2; column < to << 2; column += 4) {
    const end: usize = load<u32>(columnStart + column, 4);
    let total: f32 = isMore ? load<f32>(sums + column) : 0;
    for (let entry: usize = load<u32>(columnStart + column); entry < end; entry++) {
      total += load<f32>(values + (entry << 2));
    }
    store<f32>(sums + column, total);
  }
}

/** fired[column] = 1 if the column has a non-zero value, else 0, for the columns `from` to `to`. */
export function firedColumns(
  from: usize,
  to: usize,
  columnStart: usize,
  entryOf: usize,
  values: usize,
  fired: usize,
): void {
  for (let column = from << 2; column < to << 2; column += 4) {
    const end: usize = load<u32>(columnStart + column, 4);
    let entry: usize = load<u32>(columnStart + column);
    while (entry < end && load<f32>(values + ((<usize>load<u32>(entryOf + (entry << 2))) << 2)) === 0)
      entry++;
    store<f32>(fired + column, entry < end ? 1 : 0);
  }
}

/** Copies `size` bytes of each row to [rows, STRIP]. */
function cutStrip(from: usize, rows: usize, bytes: usize, size: usize, strip: usize): void {
  const end = strip + rows * STRIP;
  for (let to = strip; to < end; to += STRIP, from += bytes) {
    if (size === STRIP) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      v128.store(to, v128.load(from, 32), 32);
      v128.store(to, v128.load(from, 48), 48);
      v128.store(to, v128.load(from, 64), 64);
      v128.store(to, v128.load(from, 80), 80);
      v128.store(to, v128.load(from, 96), 96);
      v128.store(to, v128.load(from, 112), 112);
    } else memory.copy(to, from, size);
  }
}

/** sum = or += Σᵢ factors[i] · strip[indices[i]], [STRIP]. */
function addStrips(
  sum: usize,
  indices: usize,
  factors: usize,
  count: usize,
  strip: usize,
  isMore: i32,
): void {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let e = a;
  let f = a;
  let g = a;
  let h = a;
  if (isMore) {
    a = v128.load(sum);
    b = v128.load(sum, 16);
    c = v128.load(sum, 32);
    d = v128.load(sum, 48);
    e = v128.load(sum, 64);
    f = v128.load(sum, 80);
    g = v128.load(sum, 96);
    h = v128.load(sum, 112);
  }
  const end = indices + (count << 2);
  for (; indices < end; indices += 4, factors += 4) {
    const row = strip + <usize>load<u32>(indices) * STRIP;
    const factor = v128.load32_splat(factors);
    a = f32x4.add(a, f32x4.mul(factor, v128.load(row)));
    b = f32x4.add(b, f32x4.mul(factor, v128.load(row, 16)));
    c = f32x4.add(c, f32x4.mul(factor, v128.load(row, 32)));
    d = f32x4.add(d, f32x4.mul(factor, v128.load(row, 48)));
    e = f32x4.add(e, f32x4.mul(factor, v128.load(row, 64)));
    f = f32x4.add(f, f32x4.mul(factor, v128.load(row, 80)));
    g = f32x4.add(g, f32x4.mul(factor, v128.load(row, 96)));
    h = f32x4.add(h, f32x4.mul(factor, v128.load(row, 112)));
  }
  v128.store(sum, a);
  v128.store(sum, b, 16);
  v128.store(sum, c, 32);
  v128.store(sum, d, 48);
  v128.store(sum, e, 64);
  v128.store(sum, f, 80);
  v128.store(sum, g, 96);
  v128.store(sum, h, 112);
}
