/** The caption as a line that starts with `#`, which readers of CSV skip on demand, and the names of the columns. */
export function csvHead(caption: string, keys: readonly string[]): string {
  return `# ${caption.replaceAll(/[\r\n]+/g, ' ')}\n${csvLine(keys)}`;
}

/** A line with the quotes of RFC 4180. */
export function csvLine(values: readonly (string | number | boolean | null)[]): string {
  return `${values.map(csvCell).join(',')}\n`;
}

function csvCell(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
