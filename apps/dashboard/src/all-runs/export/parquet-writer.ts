import type { RunCell } from '@sae-lab/db/reading';
import { ByteWriter, ParquetWriter, schemaFromColumnData, type ColumnSource } from 'hyparquet-writer';
import type { ExportColumn, ExportHead, RowWriter } from './row-writer.ts';

/** Fields that are whole numbers. */
const WHOLE = new Set(['width', 'seed', 'step', 'id']);

type Column = Pick<ColumnSource, 'name' | 'type' | 'nullable'> & { readonly of: (cell: RunCell) => unknown };

/** One row group for each piece, with the caption in the metadata. */
export function parquetWriter({ caption, columns }: ExportHead): RowWriter {
  const parts: readonly Column[] = columns.map(partOf);
  const sources = (data: readonly unknown[][]): ColumnSource[] =>
    [{ name: 'id', type: 'INT32' as const, nullable: false }, ...parts].map(
      ({ name, type, nullable }, at) => ({
        name: at > 0 && name === 'id' ? 'id_' : name,
        ...(type && { type }),
        ...(nullable !== undefined && { nullable }),
        data: data[at] ?? [],
      }),
    );
  const bytes = new ByteWriter();
  const file = new ParquetWriter({
    writer: bytes,
    schema: schemaFromColumnData({ columnData: sources([]) }),
    kvMetadata: [{ key: 'caption', value: caption }],
  });
  /** What was written since the last time. */
  const taken = (): Uint8Array => {
    const piece = bytes.getBytes().slice();
    bytes.index = 0;
    return piece;
  };
  return {
    start: taken,
    rows: (rows) => {
      const data = [
        rows.map(({ id }) => id),
        ...parts.map((part, at) => rows.map(({ cells }) => part.of(cells[at] ?? null))),
      ];
      // The types are in the schema.
      const columnData = sources(data).map(({ name, data: values }) => ({ name, data: values }));
      void file.write({ columnData, rowGroupSize: Math.max(1, rows.length) });
      return taken();
    },
    end: () => {
      void file.finish();
      return taken();
    },
  };
}

function partOf({ key, type, isNumber, isWhole = WHOLE.has(key) }: ExportColumn): Column {
  const base = { name: key, nullable: true };
  if (type === 'time') {
    return {
      ...base,
      type: 'TIMESTAMP',
      of: (cell) => (cell === null ? null : new Date(Number(cell))),
    };
  }
  if (isNumber) {
    return {
      ...base,
      type: isWhole ? 'INT32' : 'DOUBLE',
      of: (cell) => (cell === null ? null : Number(cell)),
    };
  }
  return { ...base, type: 'STRING', of: textOf };
}

/** A list as JSON, since its texts may have any character. */
function textOf(cell: RunCell): string | null {
  if (cell === null) return null;
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}
