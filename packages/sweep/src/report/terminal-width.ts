/** Where nobody says how wide the terminal is: that of most logs. */
const USUAL_WIDTH = 120;

/** Columns that a table on standard output may take. */
export function terminalWidth({ columns }: { columns?: number } = process.stdout): number {
  const told = Number(process.env['COLUMNS']);
  return columns || (Number.isInteger(told) && told > 0 ? told : USUAL_WIDTH);
}
