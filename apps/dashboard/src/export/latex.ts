interface Layout {
  /** Breaks over pages with the longtable package. */
  readonly isLong: boolean;
  /** Columns that are aligned to the right. */
  readonly numeric: readonly boolean[];
}

/** The start of a table with the rules of the booktabs package, up to its first row. */
export function latexStart(
  caption: string,
  headings: readonly string[],
  { isLong, numeric }: Layout,
): string {
  const columns = numeric.map((right) => (right ? 'r' : 'l')).join('');
  const lines = isLong
    ? [
        '% Needs \\usepackage{booktabs,longtable}.',
        `\\begin{longtable}{${columns}}`,
        `  \\caption{${latexText(caption)}} \\\\`,
      ]
    : [
        '% Needs \\usepackage{booktabs}.',
        '\\begin{table}',
        '  \\centering',
        `  \\caption{${latexText(caption)}}`,
        `  \\begin{tabular}{${columns}}`,
      ];
  const head = `    \\toprule\n${latexRow(headings)}    \\midrule\n${isLong ? '    \\endhead\n' : ''}`;
  return `${lines.join('\n')}\n${head}`;
}

export function latexRow(cells: readonly string[]): string {
  return `    ${cells.map(latexText).join(' & ')} \\\\\n`;
}

export function latexEnd({ isLong }: Layout): string {
  return isLong
    ? '    \\bottomrule\n\\end{longtable}\n'
    : '    \\bottomrule\n  \\end{tabular}\n\\end{table}\n';
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
  return text.replaceAll(/\s*\n\s*/g, ' ').replace(SPECIAL, (found) => LATEX[found]!);
}
