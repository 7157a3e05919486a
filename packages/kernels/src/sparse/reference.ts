/**
 * Products with a sparse matrix, and their gradients, in plain loops. Sums run in a fixed order, so that results are the
 * same bits each time: over a row's entries by rising column, over a column's by rising row.
 */
import type { SupportArrays } from './support.ts';

/** A sparse matrix: its support and the entries' values, [entries]. */
export interface Sparse {
  readonly support: SupportArrays;
  readonly values: Float32Array;
}

/** values · W, [rows, width], for W [columns, width]; `bias` [width] is added to every row. */
export function product(
  { support, values }: Sparse,
  W: Float32Array,
  width: number,
  bias?: Float32Array,
): Float32Array {
  const bounds = [support.columns];
  return prefixProducts({ support, values }, W, width, bounds, bias);
}

/**
 * For each bound the product with the columns below it, from one pass over the entries; [bounds, rows, width].
 *
 * @param bounds rising
 */
export function prefixProducts(
  { support, values }: Sparse,
  W: Float32Array,
  width: number,
  bounds: readonly number[],
  bias?: Float32Array,
): Float32Array {
  const { rows, rowStart, columnOf } = support;
  const out = new Float32Array(bounds.length * rows * width);
  const sum = new Float32Array(width);
  for (let row = 0; row < rows; row++) {
    sum.set(bias ?? new Float32Array(width));
    let entry = rowStart[row]!;
    bounds.forEach((bound, g) => {
      for (; entry < rowStart[row + 1]! && columnOf[entry]! < bound; entry++) {
        addScaled(sum, values[entry]!, W, columnOf[entry]! * width);
      }
      out.set(sum, (g * rows + row) * width);
    });
  }
  return out;
}

/** Gradient of `product` with respect to the values: of each entry dy[row] · W[column]. */
export function valueGradient(
  support: SupportArrays,
  dy: Float32Array,
  W: Float32Array,
  width: number,
): Float32Array {
  const { rows, rowStart, columnOf } = support;
  const out = new Float32Array(columnOf.length);
  for (let row = 0; row < rows; row++) {
    for (let entry = rowStart[row]!; entry < rowStart[row + 1]!; entry++) {
      let dot = 0;
      const [a, b] = [row * width, columnOf[entry]! * width];
      for (let d = 0; d < width; d++) dot += dy[a + d]! * W[b + d]!;
      out[entry] = dot;
    }
  }
  return out;
}

/** Gradient of `product` with respect to W: valuesᵀ · dy, [columns, width]. */
export function weightGradient({ support, values }: Sparse, dy: Float32Array, width: number): Float32Array {
  const { rows, columns, rowStart, columnOf } = support;
  const out = new Float32Array(columns * width);
  for (let row = 0; row < rows; row++) {
    const dyRow = dy.subarray(row * width, (row + 1) * width);
    for (let entry = rowStart[row]!; entry < rowStart[row + 1]!; entry++) {
      const at = columnOf[entry]! * width;
      for (let d = 0; d < width; d++) out[at + d]! += values[entry]! * dyRow[d]!;
    }
  }
  return out;
}

/**
 * Σ ‖y_g − x‖² over the products y_g of `prefixProducts`, and what its gradients are made of.
 *
 * @param x [rows, width]
 * @returns errors: for each bound Σ (y − x) over it and all after it, [bounds, rows, width]; slopes: for each entry the
 *   product of its row of W with the errors of the first bound above it, 0 where there is none
 */
export function squaredError(
  x: Float32Array,
  code: Sparse,
  W: Float32Array,
  bounds: readonly number[],
  bias?: Float32Array,
): { sum: number; errors: Float32Array; slopes: Float32Array } {
  const { rows, rowStart, columnOf } = code.support;
  const width = x.length / rows;
  const errors = prefixProducts(code, W, width, bounds, bias);
  let sum = 0;
  for (let g = bounds.length - 1; g >= 0; g--) {
    for (let i = 0; i < x.length; i++) {
      const error = errors[g * x.length + i]! - x[i]!;
      sum += error * error;
      errors[g * x.length + i] = error + (errors[(g + 1) * x.length + i] ?? 0);
    }
  }
  const slopes = new Float32Array(columnOf.length);
  for (let row = 0; row < rows; row++) {
    for (let entry = rowStart[row]!; entry < rowStart[row + 1]!; entry++) {
      const at = errorsOf(columnOf[entry]!, row, bounds, rows, width);
      if (at === undefined) continue;
      for (let d = 0; d < width; d++) slopes[entry]! += errors[at + d]! * W[columnOf[entry]! * width + d]!;
    }
  }
  return { sum, errors, slopes };
}

/** valuesᵀ · errors, of the errors those of the first bound above each entry's column; [columns, width]. */
export function prefixWeightGradient(
  { support, values }: Sparse,
  errors: Float32Array,
  width: number,
  bounds: readonly number[],
): Float32Array {
  const { rows, columns, rowStart, columnOf } = support;
  const out = new Float32Array(columns * width);
  for (let row = 0; row < rows; row++) {
    for (let entry = rowStart[row]!; entry < rowStart[row + 1]!; entry++) {
      const at = errorsOf(columnOf[entry]!, row, bounds, rows, width);
      if (at === undefined) continue;
      addScaled(
        out.subarray(columnOf[entry]! * width, (columnOf[entry]! + 1) * width),
        values[entry]!,
        errors,
        at,
      );
    }
  }
  return out;
}

/** Where the errors of a row are that reach a column. */
function errorsOf(
  column: number,
  row: number,
  bounds: readonly number[],
  rows: number,
  width: number,
): number | undefined {
  const g = bounds.findIndex((bound) => column < bound);
  return g === -1 ? undefined : (g * rows + row) * width;
}

/** A value per column, [columns], for each entry. */
export function gatherColumns(support: SupportArrays, perColumn: Float32Array): Float32Array {
  return Float32Array.from(support.columnOf, (column) => perColumn[column]!);
}

/** Sum over each column's entries, [columns]. */
export function sumColumns({ support, values }: Sparse): Float32Array {
  const out = new Float32Array(support.columns);
  support.columnOf.forEach((column, entry) => (out[column]! += values[entry]!));
  return out;
}

/** Sum over each row's entries, [rows]. */
export function sumRows({ support: { rows, rowStart }, values }: Sparse): Float32Array {
  return Float32Array.from({ length: rows }, (_, row) =>
    values.subarray(rowStart[row], rowStart[row + 1]).reduce((sum, value) => sum + value, 0),
  );
}

/** A value per row, [rows], for each entry. */
export function gatherRows({ rows, rowStart, columnOf }: SupportArrays, perRow: Float32Array): Float32Array {
  const out = new Float32Array(columnOf.length);
  for (let row = 0; row < rows; row++) out.fill(perRow[row]!, rowStart[row], rowStart[row + 1]);
  return out;
}

function addScaled(sum: Float32Array, factor: number, W: Float32Array, at: number): void {
  for (let d = 0; d < sum.length; d++) sum[d]! += factor * W[at + d]!;
}
