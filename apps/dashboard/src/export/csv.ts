/** The caption as a line that starts with `#`, which readers of CSV skip on demand, and the names of the columns. */
export function csvHead(caption: string, keys: readonly string[]): string {
  return `# ${caption.replaceAll(/[\r\n]+/g, ' ')}\n${csvLine(keys)}`;
}

/** A line with the quotes of RFC 4180. */
export function csvLine(values: readonly (string | number | boolean | null)[]): string {
  return `${values.map(csvCell).join(',')}\n`;
}

/** How spreadsheets recognise a formula, which may send other cells to a server. */
const FORMULA = /^[=+\-@\t\r]/;

function csvCell(value: string | number | boolean | null): string {
  const text = typeof value === 'string' ? withoutFormula(value) : String(value ?? '');
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Texts may come from anywhere, e.g. tokens from a corpus. An apostrophe makes a spreadsheet show them as they are. */
function withoutFormula(text: string): string {
  return FORMULA.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
}
