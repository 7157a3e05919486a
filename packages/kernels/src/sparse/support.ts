import * as tf from '@tensorflow/tfjs';

/** Which entries of a [rows, columns] matrix are there, row after row. Their values are held beside it. */
export interface Support {
  readonly rows: number;
  readonly columns: number;
  /** Row r has the entries from `rowStart[r]` up to `rowStart[r + 1]`; whole numbers, [rows + 1]. */
  readonly rowStart: tf.Tensor1D;
  /** Rising within a row; whole numbers, [entries]. */
  readonly columnOf: tf.Tensor1D;
  /** The same entries in another order, where somebody is going to ask for it. */
  readonly byColumn?: ByColumn;
}

/** Entries column after column, within one in the order of their rows; whole numbers. */
export interface ByColumn {
  /** Where each column's entries begin, [columns + 1]. */
  readonly columnStart: tf.Tensor1D;
  /** The row of each entry, and which entry it is. */
  readonly rowOf: tf.Tensor1D;
  readonly entryOf: tf.Tensor1D;
}

/** All its tensors, to be saved for a gradient; `withTensors` puts them back. */
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

/** Which entries of a matrix are chosen; see the selections of codes for what each means. */
export type EntryChoice = {
  /** Only columns whose entry is not 0 may be chosen; [columns]. */
  readonly mask?: Float32Array;
} & (
  | { readonly kind: 'positive' }
  | { readonly kind: 'topK'; readonly k: number }
  | { readonly kind: 'batchTopK'; readonly k: number }
  /** `lowest`: an entry is chosen where it is larger; [columns]. */
  | { readonly kind: 'threshold'; readonly lowest: Float32Array }
);
