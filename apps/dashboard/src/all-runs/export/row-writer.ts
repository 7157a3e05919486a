import type { RunTableRow } from '@sae-lab/db/reading';
import type { TableColumn } from '../table-columns.ts';

/** A column of an exported table. */
export interface ExportColumn extends TableColumn {
  /** Whether all its values are numbers. */
  readonly isNumber: boolean;
  /** Whether they all are whole numbers. */
  readonly isWhole?: boolean;
}

export interface ExportHead {
  readonly caption: string;
  readonly columns: readonly ExportColumn[];
  /** Number of rows that follow. */
  readonly count: number;
}

/** Writes a table piece by piece, so that it never is in memory as a whole. */
export interface RowWriter {
  readonly start: () => string | Uint8Array;
  readonly rows: (rows: readonly RunTableRow[]) => string | Uint8Array;
  readonly end: () => string | Uint8Array;
}
