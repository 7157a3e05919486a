import { csvHead, csvLine } from './csv.ts';
import { latexEnd, latexRow, latexStart } from './latex.ts';

/** A table as readers take it with them. */
export interface ExportedTable {
  /** Of the file, without extension. */
  readonly name: string;
  /** States what was selected, the number of runs and the commit. */
  readonly caption: string;
  /** For programs: all digits, one field a column. */
  readonly records: readonly Readonly<Record<string, string | number | null>>[];
  /** For readers: the same as it is shown. */
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns that are aligned to the right. */
  readonly numeric: readonly boolean[];
}

export function csvOf({ caption, records }: ExportedTable): string {
  const keys = keysOf(records);
  const lines = records.map((record) => csvLine(keys.map((key) => record[key] ?? null)));
  return `${csvHead(caption, keys)}${lines.join('')}`;
}

export function jsonOf({ caption, records }: ExportedTable): string {
  return `${JSON.stringify({ caption, rows: records }, null, 2)}\n`;
}

export function latexOf({ caption, headings, rows, numeric }: ExportedTable): string {
  const layout = { isLong: false, numeric };
  return `${latexStart(caption, headings, layout)}${rows.map(latexRow).join('')}${latexEnd(layout)}`;
}

/** The fields of the records in the order in which they occur first. */
export function keysOf(records: ExportedTable['records']): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}
