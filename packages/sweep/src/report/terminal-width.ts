/** For output that is not a terminal, such as logs. */
const USUAL_WIDTH = 120;

/** The number of columns available to a table on standard output. */
export function terminalWidth({ columns }: { columns?: number } = process.stdout): number {
  const declared = Number(process.env['COLUMNS']);
  return columns || (Number.isInteger(declared) && declared > 0 ? declared : USUAL_WIDTH);
}
