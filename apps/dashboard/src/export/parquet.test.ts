// cspell:ignore שלום
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { parquetOf } from './parquet.ts';

const records = [
  { group: '🧪 "a", b', runs: 3, mean: 0.1 + 0.2, mixed: 1 },
  { group: 'שלום', runs: 4, mean: null, mixed: 'auto' },
  { group: 'c', runs: 2 ** 31 - 1, mean: Infinity, mixed: null },
];
const table = { name: 'x', caption: 'Sweep “a”, 3 runs', records, headings: [], rows: [], numeric: [] };

test('a Parquet file has the records with their types, and the caption', async () => {
  const file = await (await parquetOf(table)).arrayBuffer();
  expect(await parquetReadObjects({ file })).toEqual([{ ...records[0], mixed: '1' }, records[1], records[2]]);
  const { schema, key_value_metadata: metadata } = parquetMetadata(file);
  expect(schema.slice(1).map(({ name, type }) => [name, type])).toEqual([
    ['group', 'BYTE_ARRAY'],
    ['runs', 'INT32'],
    ['mean', 'DOUBLE'],
    ['mixed', 'BYTE_ARRAY'],
  ]);
  expect(metadata).toEqual([{ key: 'caption', value: table.caption }]);
});
