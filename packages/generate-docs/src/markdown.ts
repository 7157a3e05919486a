/**
 * A table; columns that are empty in every row are left out.
 *
 * @throws {Error} without rows: whatever selected them has gone wrong
 */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) throw new Error(`a table of ${heads.join(', ')} has no rows`);
  const kept = heads.map((_, column) => rows.some((row) => row[column] !== ''));
  const line = (cells: readonly string[]): string =>
    `| ${cells
      .filter((_, column) => kept[column])
      .map((cell) => cell.replaceAll('|', '\\|'))
      .join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Inline code. */
export function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

/** A heading and what follows it, separated by blank lines. */
export function section(level: number, head: string, ...parts: readonly string[]): string {
  return [`${'#'.repeat(level)} ${head}`, ...parts.filter((part) => part !== '')].join('\n\n');
}
