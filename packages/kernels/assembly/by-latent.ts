import { addScaledRows } from './rows';

/** The first row of a part. */
function firstRow(rows: usize, parts: usize, part: usize): usize {
  return (rows * part) / parts;
}

/** Counts the entries of each column in the parts `from` to `to` of all rows; counts [parts, columns]. */
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

/** Where each column's entries begin, columnStart [columns + 1]; the counts become where each part's do. */
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
 * Puts the entries of the parts `from` to `to` in the order of their columns, within one of their rows.
 *
 * @param starts where each part's entries of each column begin, [parts, columns]; they move on to where those end
 * @param rowOf each entry's row, written
 * @param entryOf which entry it is, written
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
        const place = <usize>load<u32>(at);
        store<u32>(at, <u32>place + 1);
        store<u32>(rowOf + (place << 2), <u32>row);
        store<u32>(entryOf + (place << 2), <u32>entry);
      }
    }
  }
}

/**
 * Rows `from` to `to` of the gradient of a weight matrix, one per latent: out[column] = Σ values · dy[g, row], [width], g
 * the first bound above the column; 0 where there is none. From entries sorted by column.
 *
 * @param sums the columns' sums of values, [columns]; 0 for none
 * @param isMore add to what is there
 */
export function weightGradients(
  from: usize,
  to: usize,
  rows: usize,
  columnStart: usize,
  rowOf: usize,
  values: usize,
  width: usize,
  bounds: usize,
  boundCount: usize,
  dy: usize,
  out: usize,
  sums: usize,
  isMore: i32,
): void {
  const bytes = width << 2;
  let g: usize = 0;
  for (let column = from; column < to; column++) {
    while (g < boundCount && <usize>load<u32>(bounds + (g << 2)) <= column) g++;
    const start: usize = load<u32>(columnStart + (column << 2));
    const end: usize = load<u32>(columnStart + (column << 2), 4);
    const sum = out + column * bytes;
    if (!isMore) memory.fill(sum, 0, bytes);
    if (g < boundCount) {
      const dyOfGroup = dy + g * rows * bytes;
      addScaledRows(sum, rowOf + (start << 2), values + (start << 2), end - start, dyOfGroup, width);
    }
    if (sums !== 0) {
      let total: f32 = isMore ? load<f32>(sums + (column << 2)) : 0;
      for (let entry = start; entry < end; entry++) total += load<f32>(values + (entry << 2));
      store<f32>(sums + (column << 2), total);
    }
  }
}
