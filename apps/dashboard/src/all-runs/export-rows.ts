import type { RunCell, RunTableRow } from '@sae-lab/db/reading';

/** A table as a spreadsheet reads it (RFC 4180): numbers in full, times as ISO 8601, lists joined by `; `. */
export function csvOf(
  columns: readonly { key: string; type: string }[],
  rows: readonly RunTableRow[],
): string {
  const lines = [
    ['id', ...columns.map(({ key }) => key)],
    ...rows.map(({ id, cells }) => [
      String(id),
      ...cells.map((cell, index) => csvText(cell, columns[index]!.type)),
    ]),
  ];
  return lines.map((line) => `${line.map(quoted).join(',')}\r\n`).join('');
}

/** The same as objects, one a run, with null where a run has no value. */
export function recordsOf(
  columns: readonly { key: string; type: string }[],
  rows: readonly RunTableRow[],
): Record<string, RunCell>[] {
  return rows.map(({ id, cells }) => ({
    id,
    ...Object.fromEntries(
      columns.map(({ key, type }, index) => {
        const cell = cells[index] ?? null;
        return [key, type === 'time' && cell !== null ? isoOf(cell) : cell];
      }),
    ),
  }));
}

function csvText(cell: RunCell, type: string): string {
  if (cell === null) return '';
  if (type === 'time') return isoOf(cell);
  return Array.isArray(cell) ? cell.join('; ') : String(cell);
}

const isoOf = (cell: RunCell): string => new Date(Number(cell)).toISOString();

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
