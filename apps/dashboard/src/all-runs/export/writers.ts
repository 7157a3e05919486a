import type { RunCell } from '@sae-lab/db/reading';
import { csvHead, csvLine } from '../../export/csv.ts';
import { latexEnd, latexRow, latexStart } from '../../export/latex.ts';
import { cellText } from '../table-columns.ts';
import type { ExportFormat } from './formats.ts';
import { parquetWriter } from './parquet-writer.ts';
import type { ExportColumn, ExportHead, RowWriter } from './row-writer.ts';

/** The writer of a format. */
export function rowWriter(format: ExportFormat['extension'], head: ExportHead): RowWriter {
  switch (format) {
    case 'csv':
      return csvWriter(head);
    case 'json':
      return jsonWriter(head);
    case 'tex':
      return latexWriter(head);
    case 'parquet':
      return parquetWriter(head);
  }
}

/** Numbers in full, times as ISO 8601, lists joined by `; `. */
function csvWriter({ caption, columns }: ExportHead): RowWriter {
  const text = (cell: RunCell, { type }: ExportColumn): string | number | boolean | null => {
    if (cell !== null && type === 'time') return isoOf(cell);
    return typeof cell === 'object' && cell !== null ? cell.join('; ') : cell;
  };
  return {
    start: () => csvHead(caption, ['id', ...columns.map(({ key }) => key)]),
    rows: (rows) =>
      rows
        .map(({ id, cells }) =>
          csvLine([id, ...columns.map((column, at) => text(cells[at] ?? null, column))]),
        )
        .join(''),
    end: () => '',
  };
}

/** `{ caption, rows }`, one object a run, with null where a run has no value. */
function jsonWriter({ caption, columns }: ExportHead): RowWriter {
  let written = 0;
  return {
    start: () => `{"caption": ${JSON.stringify(caption)},\n"rows": [`,
    rows: (rows) =>
      rows
        .map(({ id, cells }) => {
          const values = columns.map(({ key, type }, at) => {
            const cell = cells[at] ?? null;
            return [key, type === 'time' && cell !== null ? isoOf(cell) : finite(cell)];
          });
          return `${written++ === 0 ? '' : ','}\n${JSON.stringify({ id, ...Object.fromEntries(values) })}`;
        })
        .join(''),
    end: () => '\n]}\n',
  };
}

/** Rows that fit on a page. */
const PAGE = 40;

/** As the page shows it: rounded, with its headings. */
function latexWriter({ caption, columns, count }: ExportHead): RowWriter {
  const layout = { isLong: count > PAGE, numeric: [true, ...columns.map(({ numeric }) => numeric)] };
  return {
    start: () => latexStart(caption, ['Run', ...columns.map(({ label }) => label)], layout),
    rows: (rows) =>
      rows
        .map(({ id, cells }) =>
          latexRow([String(id), ...columns.map((column, at) => cellText(column, cells[at]))]),
        )
        .join(''),
    end: () => latexEnd(layout),
  };
}

/** JSON has no infinities. */
function finite(cell: RunCell): RunCell {
  return typeof cell === 'number' && !Number.isFinite(cell) ? String(cell) : cell;
}

const isoOf = (cell: Exclude<RunCell, null>): string => new Date(Number(cell)).toISOString();
