/** What the readers of the file formats have in common. */

/** A document of one file. */
export interface FileDocument {
  /** Line or row at which it begins, from 1. */
  readonly line: number;
  readonly text: string;
  readonly next: FilePosition;
}

/** A place between two documents of a file. */
export interface FilePosition {
  /** Lines or rows before it. */
  readonly records: number;
  /** Bytes before it, for a file that is not packed: reading starts there. */
  readonly byte?: number;
}

export interface ReadingOptions {
  readonly column: string | undefined;
  readonly from: FilePosition | undefined;
  readonly mostBytes: number;
  readonly signal: AbortSignal | undefined;
  /** Called with the column of text once it is found. */
  readonly onColumn: (column: string) => void;
  /** Called once with a function that says how much of the file has been read. */
  readonly onFraction: (fraction: () => number) => void;
}
