import type { ColumnSource } from 'hyparquet-writer';
import { keysOf, type ExportedTable } from './exported-table.ts';

type Value = string | number | null;

const LARGEST_INT32 = 2 ** 31 - 1;

/** A table as a Parquet file, with the caption in its metadata. */
export async function parquetOf({ caption, records }: ExportedTable): Promise<Blob> {
  // Loaded on demand: few readers need it.
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const columnData = keysOf(records).map((name) =>
    columnOf(
      name,
      records.map((record) => record[name] ?? null),
    ),
  );
  const content = parquetWriteBuffer({ columnData, kvMetadata: [{ key: 'caption', value: caption }] });
  return new Blob([content], { type: 'application/vnd.apache.parquet' });
}

/** Numbers keep their type only where the whole column has it. */
function columnOf(name: string, values: readonly Value[]): ColumnSource {
  const present = values.filter((value) => value !== null);
  if (!present.every((value) => typeof value === 'number')) {
    const data = values.map((value) => (value === null ? null : String(value)));
    return { name, type: 'STRING', nullable: true, data };
  }
  const isWhole = present.every((value) => Number.isInteger(value) && Math.abs(value) <= LARGEST_INT32);
  return { name, type: isWhole ? 'INT32' : 'DOUBLE', nullable: true, data: [...values] };
}
