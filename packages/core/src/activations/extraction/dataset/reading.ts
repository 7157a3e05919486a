/** Types shared by the readers of the file formats. */
import type { FilePosition } from './positions.ts';

/** A document of one file. */
export interface FileDocument {
  /** Line or row at which it starts, from 1. */
  readonly line: number;
  readonly text: string;
  readonly next: FilePosition;
}

export interface ReadingOptions {
  readonly column: string | undefined;
  /** Read any column of single values, as text, instead of a text column: numbers, true and false. */
  readonly anyValue: boolean;
  readonly from: FilePosition | undefined;
  readonly mostBytes: number;
  readonly signal: AbortSignal | undefined;
  /** Called with the text column once it is known. */
  readonly onColumn: (column: string) => void;
  /** Called once with a function that returns the fraction of the file that has been read. */
  readonly onFraction: (fraction: () => number) => void;
}
