import stringWidth from 'string-width';

export interface TextColumn {
  readonly head: string;
  readonly align: 'left' | 'right';
}

/**
 * The lines of a table with a frame. Cells may have several lines. Lines are generated one at a time, so that a caller
 * need not hold a long table in memory.
 */
export function* tableLines(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
): Generator<string> {
  const widths = columns.map(({ head }, column) =>
    rows.reduce((most, row) => Math.max(most, cellWidth(row[column]!)), cellWidth(head)),
  );
  const rule = (left: string, between: string, right: string): string =>
    `${left}${widths.map((width) => '─'.repeat(width + 2)).join(between)}${right}`;
  const line = (cells: readonly string[]): string =>
    `│${cells.map((cell, column) => ` ${padded(cell, widths[column]!, columns[column]!.align)} `).join('│')}│`;

  yield rule('┌', '┬', '┐');
  yield line(columns.map(({ head }) => head));
  if (rows.length > 0) yield rule('├', '┼', '┤');
  for (const row of rows) {
    const cells = row.map((cell) => cell.split('\n'));
    const height = cells.reduce((most, lines) => Math.max(most, lines.length), 1);
    for (let at = 0; at < height; at++) yield line(cells.map((lines) => lines[at] ?? ''));
  }
  yield rule('└', '┴', '┘');
}

/** The width of a table in terminal columns. */
export function tableWidth(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): number {
  const [first] = tableLines(columns, rows);
  return first!.length;
}

function padded(text: string, width: number, align: TextColumn['align']): string {
  const room = ' '.repeat(width - lineWidth(text));
  return align === 'right' ? `${room}${text}` : `${text}${room}`;
}

function cellWidth(cell: string): number {
  return cell.split('\n').reduce((most, line) => Math.max(most, lineWidth(line)), 0);
}

function lineWidth(line: string): number {
  // Most text is ASCII, for which the library is needlessly slow.
  return /^[ -~]*$/.test(line) ? line.length : stringWidth(line);
}
