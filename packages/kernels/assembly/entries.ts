// Combines entries with vectors over columns, and converts entries to a dense matrix of few columns and back.

/** out[entry] = vector[column] for the entries `from` to `to`. */
export function gatherColumns(from: usize, to: usize, columnOf: usize, vector: usize, out: usize): void {
  for (let entry = from << 2; entry < to << 2; entry += 4) {
    store<f32>(out + entry, load<f32>(vector + ((<usize>load<u32>(columnOf + entry)) << 2)));
  }
}

/** out[i] = scale · values[entryOf[i]] for i from `from` to `to`. */
export function reorder(from: usize, to: usize, entryOf: usize, values: usize, scale: f32, out: usize): void {
  for (let i = from << 2; i < to << 2; i += 4) {
    store<f32>(out + i, scale * load<f32>(values + ((<usize>load<u32>(entryOf + i)) << 2)));
  }
}

/** sums[column] += value for each of `count` entries, in order. */
export function addByColumn(count: usize, columnOf: usize, values: usize, sums: usize): void {
  for (let entry: usize = 0; entry < count << 2; entry += 4) {
    const at = sums + ((<usize>load<u32>(columnOf + entry)) << 2);
    store<f32>(at, load<f32>(at) + load<f32>(values + entry));
  }
}

/** fired[column] = 1 for each of `count` entries that is non-zero. */
export function markFired(count: usize, columnOf: usize, values: usize, fired: usize): void {
  for (let entry: usize = 0; entry < count << 2; entry += 4) {
    if (load<f32>(values + entry) === 0) continue;
    store<f32>(fired + ((<usize>load<u32>(columnOf + entry)) << 2), 1);
  }
}

/** Replaces indices among the allowed columns by columns: columnOf[entry] = names[columnOf[entry]]. */
export function rename(columnOf: usize, names: usize, count: usize): void {
  for (let i: usize = 0; i < count; i++) {
    const at = columnOf + (i << 2);
    store<u32>(at, load<u32>(names + ((<usize>load<u32>(at)) << 2)));
  }
}

/**
 * Writes entries as the rows `from` to `to` of a dense matrix; out [rows, width].
 *
 * @param rank index of each column in the matrix
 */
export function unpackRows(
  from: usize,
  to: usize,
  rowStart: usize,
  columnOf: usize,
  rank: usize,
  values: usize,
  width: usize,
  out: usize,
): void {
  for (let row = from; row < to; row++) {
    const into = out + row * (width << 2);
    memory.fill(into, 0, width << 2);
    const end: usize = load<u32>(rowStart + (row << 2), 4);
    for (let entry: usize = load<u32>(rowStart + (row << 2)); entry < end; entry++) {
      const index: usize = load<u32>(rank + ((<usize>load<u32>(columnOf + (entry << 2))) << 2));
      store<u32>(into + (index << 2), load<u32>(values + (entry << 2)));
    }
  }
}

/** The reverse: reads the entries' values from the dense matrix. */
export function packRows(
  from: usize,
  to: usize,
  rowStart: usize,
  columnOf: usize,
  rank: usize,
  matrix: usize,
  width: usize,
  values: usize,
): void {
  for (let row = from; row < to; row++) {
    const source = matrix + row * (width << 2);
    const end: usize = load<u32>(rowStart + (row << 2), 4);
    for (let entry: usize = load<u32>(rowStart + (row << 2)); entry < end; entry++) {
      const index: usize = load<u32>(rank + ((<usize>load<u32>(columnOf + (entry << 2))) << 2));
      store<u32>(values + (entry << 2), load<u32>(source + (index << 2)));
    }
  }
}
