import type { ByteSource } from '@sae-lab/hub';
import type { ColumnMetaData, RowGroup } from 'hyparquet';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { getTreePath } from 'hyparquet/src/schema.js';
import { decodeUtf8 } from '../../../files/utf8.ts';
import { CODECS, requireCodec } from './parquet-codecs.ts';
import { openParquet, textColumnOf, unreadableParquet, type ParquetFile } from './parquet-file.ts';
import { columnPages, type ColumnDecoder } from './parquet-pages.ts';
import { tooLong } from './too-long.ts';
import type { FileDocument, ReadingOptions } from './reading.ts';

/**
 * Streams the rows of a parquet file as documents; a null is an empty document. Only the footer and the text column of
 * the file are read.
 *
 * @throws {SaeLabError} while iterating: dataset.no-text-column, dataset.unsupported-codec, dataset.unreadable,
 *   dataset.too-long, those of the source
 */
export async function* readParquet(
  source: ByteSource,
  { column: wanted, anyValue, from, mostBytes, signal, onColumn, onFraction }: ReadingOptions,
): AsyncGenerator<FileDocument> {
  const file = await openParquet(source, signal);
  const column = textColumnOf(file, source.name, wanted, anyValue);
  onColumn(column);
  const skipped = from?.records ?? 0;
  const allRows = Number(file.metadata.num_rows);
  let row = 0;
  onFraction(() => row / Math.max(1, allRows));
  try {
    for (const group of file.metadata.row_groups) {
      const groupRows = Number(group.num_rows);
      if (row + groupRows <= skipped) {
        row += groupRows;
        continue;
      }
      const chunk = chunkOf(group, column);
      requireCodec(source.name, chunk.codec);
      const pages = columnPages(source, chunk, decoderOf(file, chunk), skipped - row, signal);
      for await (const { rows, values } of pages) {
        for (let i = 0; i < (values?.length ?? 0); i++) {
          if (row + i < skipped) continue;
          const text = String(values![i] ?? '');
          if (text.length > mostBytes) throw tooLong(source.name, `row ${row + i + 1} is`, mostBytes);
          yield { line: row + i + 1, text, next: { records: row + i + 1 } };
        }
        row += rows;
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw unreadableParquet(source.name, error);
  }
}

function chunkOf({ columns }: RowGroup, column: string): ColumnMetaData {
  const all = columns.map(({ meta_data: meta }) => meta);
  // A text column has no children, so its path is its name.
  const found = all.find((meta) => meta?.path_in_schema[0] === column);
  if (found === undefined) throw new Error(`a row group has no column ${column}`);
  return found;
}

function decoderOf({ schema }: ParquetFile, chunk: ColumnMetaData): ColumnDecoder {
  const schemaPath = getTreePath(schema, chunk.path_in_schema);
  return {
    ...chunk,
    pathInSchema: chunk.path_in_schema,
    element: schemaPath.at(-1)!.element,
    schemaPath,
    compressors: CODECS,
    parsers: { ...DEFAULT_PARSERS, stringFromBytes },
  };
}

/** Strict: a lenient decoder silently replaces invalid bytes with U+FFFD. */
function stringFromBytes(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : decodeUtf8(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
