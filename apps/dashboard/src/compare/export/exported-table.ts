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

/** RFC 4180, with the caption as a first line that starts with `#`. */
export function csvOf({ caption, records }: ExportedTable): string {
  const keys = keysOf(records);
  const lines = [keys, ...records.map((record) => keys.map((key) => record[key] ?? ''))];
  return `# ${caption.replaceAll('\n', ' ')}\n${lines.map((line) => line.map(csvCell).join(',')).join('\n')}\n`;
}

export function jsonOf({ caption, records }: ExportedTable): string {
  return `${JSON.stringify({ caption, rows: records }, null, 2)}\n`;
}

/** A `table` environment with the rules of the booktabs package. */
export function latexOf({ caption, headings, rows, numeric }: ExportedTable): string {
  const line = (cells: readonly string[]) => `    ${cells.map(latexText).join(' & ')} \\\\`;
  return [
    '% Needs \\usepackage{booktabs}.',
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${latexText(caption)}}`,
    `  \\begin{tabular}{${numeric.map((right) => (right ? 'r' : 'l')).join('')}}`,
    '    \\toprule',
    line(headings),
    '    \\midrule',
    ...rows.map(line),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n');
}

const LATEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '−': '$-$',
  '–': '--',
  '±': '$\\pm$',
  '∞': '$\\infty$',
  γ: '$\\gamma$',
  '₁₀': '$_{10}$',
  '\u202f': '\\,',
  '’': "'",
};
const SPECIAL = new RegExp(
  Object.keys(LATEX)
    .map((text) => text.replace(/[\\{}$^]/g, '\\$&'))
    .join('|'),
  'g',
);

function latexText(text: string): string {
  return text.replace(SPECIAL, (found) => LATEX[found]!);
}

function keysOf(records: ExportedTable['records']): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

function csvCell(value: string | number): string {
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
