/**
 * Products with a sparse matrix and their gradients, in plain loops. Sums have a fixed order, so results are reproducible
 * bit for bit: a row's entries are added by ascending column, a column's by ascending row.
 */
import type { SupportArrays } from './support.ts';

/** A sparse matrix: its support and the entries' values, [entries]. */
export interface Sparse {
  readonly support: SupportArrays;
  readonly values: Float32Array;
}

/** values · W + bias, [rows, width], for W [columns, width] and bias [width]. */
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
 * For each bound, the product with the columns below it, in one pass over the entries; [bounds, rows, width].
 *
 * @param bounds ascending
 */
function prefixProducts(
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

/**
 * Gradient of products with respect to the values: dy[g, row] · W[column] for each entry, where g is the first bound above
 * its column; 0 if there is none.
 *
 * @param dy [bounds, rows, width]; with the default bounds [rows, width]
 */
export function valueGradient(
  support: SupportArrays,
  dy: Float32Array,
  W: Float32Array,
  width: number,
  bounds: readonly number[] = [support.columns],
): Float32Array {
  const { rows, rowStart, columnOf } = support;
  const out = new Float32Array(columnOf.length);
  for (let row = 0; row < rows; row++) {
    for (let entry = rowStart[row]!; entry < rowStart[row + 1]!; entry++) {
      const start = reaching(columnOf[entry]!, row, bounds, rows, width);
      if (start === undefined) continue;
      let dot = 0;
      for (let d = 0; d < width; d++) dot += dy[start + d]! * W[columnOf[entry]! * width + d]!;
      out[entry] = dot;
    }
  }
  return out;
}

/** Gradient of the same products with respect to W: valuesᵀ·dy, [columns, width]. */
export function weightGradient(
  { support, values }: Sparse,
  dy: Float32Array,
  width: number,
  bounds: readonly number[] = [support.columns],
): Float32Array {
  const { rows, columns, rowStart, columnOf } = support;
  const out = new Float32Array(columns * width);
  for (let row = 0; row < rows; row++) {
    for (let entry = rowStart[row]!; entry < rowStart[row + 1]!; entry++) {
      const start = reaching(columnOf[entry]!, row, bounds, rows, width);
      if (start === undefined) continue;
      const to = columnOf[entry]! * width;
      for (let d = 0; d < width; d++) out[to + d]! += values[entry]! * dy[start + d]!;
    }
  }
  return out;
}

/** The index in dy of the gradient that reaches a column in a row. */
function reaching(
  column: number,
  row: number,
  bounds: readonly number[],
  rows: number,
  width: number,
): number | undefined {
  const g = bounds.findIndex((bound) => column < bound);
  return g === -1 ? undefined : (g * rows + row) * width;
}

/**
 * Σ ‖y_g − x‖² over the products y_g of `prefixProducts`, and the parts of its gradient.
 *
 * @param x [rows, width]
 * @returns `errors`: for each bound, Σ (y − x) over it and all later ones, [bounds, rows, width]; `slopes`: for each entry,
 *   the product of its row of W with the errors of the first bound above it, 0 if there is none
 */
export function squaredError(
  x: Float32Array,
  code: Sparse,
  W: Float32Array,
  bounds: readonly number[],
  bias?: Float32Array,
): { sum: number; errors: Float32Array; slopes: Float32Array } {
  const width = x.length / code.support.rows;
  const errors = prefixProducts(code, W, width, bounds, bias);
  let sum = 0;
  for (let g = bounds.length - 1; g >= 0; g--) {
    for (let i = 0; i < x.length; i++) {
      const error = errors[g * x.length + i]! - x[i]!;
      sum += error * error;
      errors[g * x.length + i] = error + (errors[(g + 1) * x.length + i] ?? 0);
    }
  }
  return { sum, errors, slopes: valueGradient(code.support, errors, W, width, bounds) };
}

/** For each entry, its column's element of a vector [columns]. */
export function gatherColumns(support: SupportArrays, perColumn: Float32Array): Float32Array {
  return Float32Array.from(support.columnOf, (column) => perColumn[column]!);
}

/** The sum of each column's values, [columns]. */
export function sumColumns({ support, values }: Sparse): Float32Array {
  const out = new Float32Array(support.columns);
  support.columnOf.forEach((column, entry) => (out[column]! += values[entry]!));
  return out;
}

/** The sum of each row's values, [rows]. */
export function sumRows({ support: { rows, rowStart }, values }: Sparse): Float32Array {
  return Float32Array.from({ length: rows }, (_, row) =>
    values.subarray(rowStart[row], rowStart[row + 1]).reduce((sum, value) => sum + value, 0),
  );
}

/** For each entry, its row's element of a vector [rows]. */
export function gatherRows({ rows, rowStart, columnOf }: SupportArrays, perRow: Float32Array): Float32Array {
  const out = new Float32Array(columnOf.length);
  for (let row = 0; row < rows; row++) out.fill(perRow[row]!, rowStart[row], rowStart[row + 1]);
  return out;
}

function addScaled(sum: Float32Array, factor: number, W: Float32Array, start: number): void {
  for (let d = 0; d < sum.length; d++) sum[d]! += factor * W[start + d]!;
}
