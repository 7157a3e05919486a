import * as tf from '@tensorflow/tfjs';

/** Which entries of a [rows, columns] matrix are stored, row by row (CSR). Their values are kept separately. */
export interface Support {
  readonly rows: number;
  readonly columns: number;
  /** Row r has the entries `rowStart[r]` to `rowStart[r + 1]`, exclusive; int32, [rows + 1]. */
  readonly rowStart: tf.Tensor1D;
  /** Column of each entry, ascending within a row; int32, [entries]. */
  readonly columnOf: tf.Tensor1D;
  /** The same entries sorted by column, if a gradient will need them. */
  readonly byColumn?: ByColumn;
}

/** Entries column by column, within a column by row; int32. */
export interface ByColumn {
  /** Index of each column's first entry, [columns + 1]. */
  readonly columnStart: tf.Tensor1D;
  /** The row of each entry, and its index in the order by row, [entries]. */
  readonly rowOf: tf.Tensor1D;
  readonly entryOf: tf.Tensor1D;
}

/** The tensors of a support, to save for a gradient. `withTensors` restores the support from them. */
export function tensorsOf({ rowStart, columnOf, byColumn }: Support): tf.Tensor[] {
  return [rowStart, columnOf, ...Object.values<tf.Tensor>({ ...byColumn })];
}

export function withTensors({ rows, columns, byColumn }: Support, tensors: readonly tf.Tensor[]): Support {
  const [rowStart, columnOf, columnStart, rowOf, entryOf] = tensors as tf.Tensor1D[];
  return {
    rows,
    columns,
    rowStart: rowStart!,
    columnOf: columnOf!,
    ...(byColumn && { byColumn: { columnStart: columnStart!, rowOf: rowOf!, entryOf: entryOf! } }),
  };
}

/** A support as plain arrays. */
export interface SupportArrays {
  readonly rows: number;
  readonly columns: number;
  readonly rowStart: Int32Array;
  readonly columnOf: Int32Array;
}

export function arraysOf({ rows, columns, rowStart, columnOf }: Support): SupportArrays {
  return { rows, columns, rowStart: rowStart.dataSync<'int32'>(), columnOf: columnOf.dataSync<'int32'>() };
}

export function supportOf({ rows, columns, rowStart, columnOf }: SupportArrays): Support {
  return {
    rows,
    columns,
    rowStart: tf.tensor1d(rowStart, 'int32'),
    columnOf: tf.tensor1d(columnOf, 'int32'),
  };
}

/** Which entries of a matrix to choose: a code's selection in the terms of the kernels. */
export type EntryChoice = {
  /** Non-zero for the columns that may be chosen, [columns]. Default: all. */
  readonly mask?: Float32Array;
} & (
  | { readonly kind: 'positive' }
  | { readonly kind: 'topK'; readonly k: number }
  | { readonly kind: 'batchTopK'; readonly k: number }
  /** `lowest`: an entry must exceed its column's; [columns]. */
  | { readonly kind: 'threshold'; readonly lowest: Float32Array }
);
