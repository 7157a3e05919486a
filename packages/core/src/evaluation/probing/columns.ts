import type { DocumentClass, Member } from './document-classes.ts';
import { fitLogistic, predicts, type Probe } from './logistic-regression.ts';

/** A value for each document and column: mean activations or codes, [documents, columns]. */
export interface DocumentMatrix {
  readonly columns: number;
  readonly data: Float32Array;
}

/** A probe on some columns, which it standardises by their mean and deviation on its training documents. */
export interface ColumnProbe {
  readonly chosen: readonly number[];
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  readonly probe: Probe;
}

/** Differences of class means on the training documents, by column: class minus rest. */
export function meanDifferences({ columns, data }: DocumentMatrix, { train }: DocumentClass): Float64Array {
  const difference = new Float64Array(columns);
  const size = train.filter(({ isClass }) => isClass).length;
  for (const { document, isClass } of train) {
    const weight = isClass ? 1 / size : -1 / (train.length - size);
    for (let j = 0; j < columns; j++) difference[j]! += weight * data[document * columns + j]!;
  }
  return difference;
}

/** The k columns with the largest absolute values, largest first; ties go to the lower column. */
export function largest(values: Float64Array, k: number): number[] {
  return [...values.keys()]
    .toSorted((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!) || a - b)
    .slice(0, k);
}

export function trainProbe(
  matrix: DocumentMatrix,
  { train }: DocumentClass,
  chosen: readonly number[],
): ColumnProbe {
  const mean = new Float64Array(chosen.length);
  const deviation = new Float64Array(chosen.length);
  const rows = train.map(({ document }) => rowOf(matrix, document, chosen));
  for (const row of rows) row.forEach((value, j) => (mean[j]! += value / rows.length));
  for (const row of rows) row.forEach((value, j) => (deviation[j]! += (value - mean[j]!) ** 2 / rows.length));
  // A column that never varies says nothing, whatever it is divided by.
  deviation.forEach((variance, j) => (deviation[j] = variance > 0 ? Math.sqrt(variance) : 1));
  const x = new Float64Array(rows.length * chosen.length);
  rows.forEach((row, i) =>
    row.forEach((value, j) => (x[i * chosen.length + j] = (value - mean[j]!) / deviation[j]!)),
  );
  const y = train.map(({ isClass }) => isClass);
  return { chosen, mean, deviation, probe: fitLogistic(x, y, chosen.length) };
}

/**
 * Whether a probe is right about a document.
 *
 * @param change added to the chosen columns before the prediction, [chosen]
 */
export function isRight(
  { chosen, mean, deviation, probe }: ColumnProbe,
  matrix: DocumentMatrix,
  { document, isClass }: Member,
  change?: Float64Array,
): boolean {
  const row = rowOf(matrix, document, chosen);
  row.forEach((value, j) => (row[j] = (value + (change?.[j] ?? 0) - mean[j]!) / deviation[j]!));
  return predicts(probe, row) === isClass;
}

function rowOf({ columns, data }: DocumentMatrix, document: number, chosen: readonly number[]): Float64Array {
  return Float64Array.from(chosen, (column) => data[document * columns + column]!);
}
