// cspell:ignore שלום rlrlrrl
import type { RunKey } from '@sae-lab/db/filter';
import type { RunTableRow } from '@sae-lab/db/reading';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { columnOf } from '../table-columns.ts';
import { EXPORT_FORMATS, type ExportFormat } from './formats.ts';
import { rowWriter } from './writers.ts';

const KEYS: readonly (RunKey & { isNumber: boolean })[] = [
  { key: 'hook', kind: 'field', type: 'text', isNumber: false },
  { key: 'l0', kind: 'figure', type: 'number', isNumber: true },
  { key: 'tag', kind: 'field', type: 'list', isNumber: false },
  { key: 'training.lr', kind: 'setting', type: 'setting', isNumber: false },
  { key: 'width', kind: 'field', type: 'number', isNumber: true },
  { key: 'queued', kind: 'field', type: 'time', isNumber: false },
];
const TIME = Date.UTC(2026, 10, 29, 12);
const ROWS: readonly RunTableRow[] = [
  { id: 7, cells: ['a, "b"\n& c_d', 0.1 + 0.2, ['x', '🧪'], 3e-4, 64, TIME] },
  { id: 5, cells: ['שלום', null, [], 'auto', 128, null] },
  { id: 3, cells: ['plain', Infinity, ['y'], null, 256, TIME] },
];

/** The file as a reader of the stream puts it together, in pieces of two rows. */
function written(format: ExportFormat['extension'], count = ROWS.length): Buffer {
  const columns = KEYS.map((key) => ({ ...columnOf(key), isNumber: key.isNumber }));
  const writer = rowWriter(format, { caption: 'Runs with l0 < 40; n = 3 runs.', columns, count });
  const pieces = [writer.start(), writer.rows(ROWS.slice(0, 2)), writer.rows(ROWS.slice(2)), writer.end()];
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
}

test('CSV starts with the caption, keeps all digits and quotes what needs it', () => {
  expect(written('csv').toString()).toBe(
    [
      '# Runs with l0 < 40; n = 3 runs.',
      'id,hook,l0,tag,training.lr,width,queued',
      '7,"a, ""b""\n& c_d",0.30000000000000004,x; 🧪,0.0003,64,2026-11-29T12:00:00.000Z',
      '5,שלום,,,auto,128,',
      '3,plain,Infinity,y,,256,2026-11-29T12:00:00.000Z',
      '',
    ].join('\n'),
  );
});

test('JSON has the caption and a record for each run', () => {
  const { caption, rows } = JSON.parse(written('json').toString()) as { caption: string; rows: unknown[] };
  expect(caption).toBe('Runs with l0 < 40; n = 3 runs.');
  expect(rows).toHaveLength(3);
  expect(rows[2]).toMatchObject({ l0: 'Infinity', 'training.lr': null });
  expect(rows[0]).toEqual({
    id: 7,
    hook: 'a, "b"\n& c_d',
    l0: 0.1 + 0.2,
    tag: ['x', '🧪'],
    'training.lr': 3e-4,
    width: 64,
    queued: '2026-11-29T12:00:00.000Z',
  });
});

test('Parquet has a row group for each piece, with types and the caption', async () => {
  const bytes = written('parquet');
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const metadata = parquetMetadata(file);
  expect(metadata.row_groups.map(({ num_rows: rows }) => Number(rows))).toEqual([2, 1]);
  expect(metadata.key_value_metadata).toEqual([{ key: 'caption', value: 'Runs with l0 < 40; n = 3 runs.' }]);
  expect(await parquetReadObjects({ file })).toEqual([
    {
      id: 7,
      hook: 'a, "b"\n& c_d',
      l0: 0.1 + 0.2,
      tag: '["x","🧪"]',
      'training.lr': '0.0003',
      width: 64,
      queued: new Date(TIME),
    },
    { id: 5, hook: 'שלום', l0: null, tag: '[]', 'training.lr': 'auto', width: 128, queued: null },
    {
      id: 3,
      hook: 'plain',
      l0: Infinity,
      tag: '["y"]',
      'training.lr': null,
      width: 256,
      queued: new Date(TIME),
    },
  ]);
});

test('LaTeX has booktabs rules, and breaks over pages when it is long', () => {
  const text = written('tex').toString();
  expect(text).toContain('\\begin{tabular}{rlrlrrl}');
  expect(text).toContain('\\toprule\n    Run & Hook & L0 & Tags & Lr & Width & Queued \\\\\n    \\midrule');
  expect(text).toContain('"b" \\& c\\_d & 0.3 & x, 🧪');
  expect(text).toMatch(/\\bottomrule\n {2}\\end\{tabular\}\n\\end\{table\}\n$/);
  const long = written('tex', 41).toString();
  expect(long).toContain('\\begin{longtable}{rlrlrrl}');
  expect(long).toContain('\\endhead');
});

test('every format writes an empty table', () => {
  for (const { extension } of EXPORT_FORMATS) {
    const writer = rowWriter(extension, { caption: 'None.', columns: [], count: 0 });
    expect(
      Buffer.concat([writer.start(), writer.end()].map((piece) => Buffer.from(piece))).length,
    ).toBeGreaterThan(0);
  }
});
