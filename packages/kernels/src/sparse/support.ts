/** Which entries of a [rows, columns] matrix are there, row after row. Their values are held beside it. */
export interface Support {
  readonly rows: number;
  readonly columns: number;
  /** Row r has the entries from `rowStart[r]` up to `rowStart[r + 1]`; [rows + 1]. */
  readonly rowStart: Int32Array;
  /** Rising within a row; [entries]. */
  readonly columnOf: Int32Array;
}

/** Which entries of a matrix are chosen; see the selections of codes for what each means. */
export type EntryChoice = {
  /** Only columns whose entry is not 0 may be chosen; [columns]. */
  readonly among?: Float32Array;
} & (
  | { readonly kind: 'positive' }
  | { readonly kind: 'topK'; readonly k: number }
  | { readonly kind: 'batchTopK'; readonly k: number }
  /** `lowest`: an entry is chosen where it is larger; [columns]. */
  | { readonly kind: 'threshold'; readonly lowest: Float32Array }
);
