import type { CorpusPosition } from './positions.ts';

/** A text of a dataset. */
export interface Document {
  /** Index in the dataset as it is read, from 0, counting empty documents. */
  readonly index: number;
  /** First line in the file, or the row of a parquet file, from 1. */
  readonly line: number;
  readonly text: string;
}

/** A document of a corpus that may span several files. */
export interface CorpusDocument extends Document {
  /** Index of its file in the corpus, from 0. */
  readonly file: number;
  /** Position from which to resume after this document. */
  readonly next: CorpusPosition;
}
