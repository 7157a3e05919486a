/** A text of a dataset. */
export interface Document {
  /** Index in the dataset, from 0, counting empty documents. */
  readonly index: number;
  /** First line in the file, or the row of a parquet file, from 1. */
  readonly line: number;
  readonly text: string;
}
