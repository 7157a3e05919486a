// cspell:ignore שלום
import { expect, test } from 'vitest';
import { csvOf, recordsOf } from './export-rows.ts';

const columns = [
  { key: 'hook', type: 'text' },
  { key: 'l0', type: 'number' },
  { key: 'queued', type: 'time' },
  { key: 'sweep', type: 'list' },
];
const rows = [
  { id: 1, cells: ['a "b", c\nd', 0.1 + 0.2, 0, ['x', 'y']] },
  { id: 2, cells: ['שלום 🧪', null, null, []] },
];

test('CSV quotes what it must and keeps all digits', () => {
  expect(csvOf(columns, rows)).toBe(
    'id,hook,l0,queued,sweep\r\n' +
      '1,"a ""b"", c\nd",0.30000000000000004,1970-01-01T00:00:00.000Z,x; y\r\n' +
      '2,שלום 🧪,,,\r\n',
  );
});

test('JSON has an object per run, with null for what is missing', () => {
  expect(recordsOf(columns, rows)).toEqual([
    { id: 1, hook: 'a "b", c\nd', l0: 0.1 + 0.2, queued: '1970-01-01T00:00:00.000Z', sweep: ['x', 'y'] },
    { id: 2, hook: 'שלום 🧪', l0: null, queued: null, sweep: [] },
  ]);
});
