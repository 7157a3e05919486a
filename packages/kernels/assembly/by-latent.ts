import { addScaledRows } from './rows';

/**
 * Sorts entries by column, by counting; within a column they keep their order.
 *
 * @param rowOf the row of each entry
 * @param columnStart [columns + 1], written
 * @param rowsOut the entries' rows, sorted
 * @param order which entry each of them was
 */
export function sortByColumn(
  count: usize,
  columns: usize,
  rowOf: usize,
  columnOf: usize,
  columnStart: usize,
  rowsOut: usize,
  order: usize,
): void {
  memory.fill(columnStart, 0, (columns + 1) << 2);
  for (let i: usize = 0; i < count; i++) {
    const at = columnStart + ((<usize>load<u32>(columnOf + (i << 2))) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  // Each becomes the place of its next entry, in the end that of the next column's first one.
  let sum: u32 = 0;
  for (let column: usize = 0; column <= columns; column++) {
    const size = load<u32>(columnStart + (column << 2));
    store<u32>(columnStart + (column << 2), sum);
    sum += size;
  }
  for (let i: usize = 0; i < count; i++) {
    const at = columnStart + ((<usize>load<u32>(columnOf + (i << 2))) << 2);
    const place = <usize>load<u32>(at);
    store<u32>(at, <u32>place + 1);
    store<u32>(rowsOut + (place << 2), load<u32>(rowOf + (i << 2)));
    store<u32>(order + (place << 2), <u32>i);
  }
  for (let column = columns; column > 0; column--) {
    store<u32>(columnStart + (column << 2), load<u32>(columnStart + (column << 2) - 4));
  }
  store<u32>(columnStart, 0);
}

/**
 * Rows `from` to `to` of the gradient of a weight matrix, one per latent: out[column] = Σ values · dy[g, row], [width], g
 * the first bound above the column; 0 where there is none. From entries sorted by column.
 *
 * @param sums the columns' sums of values, [columns]; 0 for none
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
): void {
  const bytes = width << 2;
  let g: usize = 0;
  for (let column = from; column < to; column++) {
    while (g < boundCount && <usize>load<u32>(bounds + (g << 2)) <= column) g++;
    const start: usize = load<u32>(columnStart + (column << 2));
    const end: usize = load<u32>(columnStart + (column << 2), 4);
    const sum = out + column * bytes;
    memory.fill(sum, 0, bytes);
    if (g < boundCount) {
      const dyOfGroup = dy + g * rows * bytes;
      addScaledRows(sum, rowOf + (start << 2), values + (start << 2), end - start, dyOfGroup, width);
    }
    if (sums !== 0) {
      let total: f32 = 0;
      for (let entry = start; entry < end; entry++) total += load<f32>(values + (entry << 2));
      store<f32>(sums + (column << 2), total);
    }
  }
}
