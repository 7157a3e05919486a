/** Reads the footer of a parquet file: its schema, and where each column is stored. */
import { SaeLabError } from '@sae-lab/errors';
import { readRange, type ByteSource } from '@sae-lab/hub';
import { parquetMetadataAsync, parquetSchema, type FileMetaData, type SchemaTree } from 'hyparquet';
import { textColumn } from './text-column.ts';
import { unreadableDataset } from './unreadable-dataset.ts';

export interface ParquetFile {
  readonly metadata: FileMetaData;
  readonly schema: SchemaTree;
}

/** @throws {SaeLabError} dataset.unreadable, those of the source */
export async function openParquet(source: ByteSource, signal?: AbortSignal): Promise<ParquetFile> {
  const slice = async (start: number, end: number = source.size): Promise<ArrayBuffer> => {
    const bytes = await readRange(source, start, end, signal);
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  };
  try {
    if (source.size < 12) throw new Error('it is too short');
    const metadata = await parquetMetadataAsync({ byteLength: source.size, slice }, { geoparquet: false });
    return { metadata, schema: parquetSchema(metadata) };
  } catch (error) {
    signal?.throwIfAborted();
    throw unreadableParquet(source.name, error);
  }
}

/**
 * Chooses the text column.
 *
 * @param anyValue whether numbers, true and false count as text
 * @throws {SaeLabError} dataset.no-text-column
 */
export function textColumnOf(
  { schema }: ParquetFile,
  name: string,
  wanted: string | undefined,
  anyValue: boolean,
): string {
  const columns = schema.children.map(({ element, children }) => {
    const isMarked = element.converted_type === 'UTF8' || element.logical_type?.type === 'STRING';
    // Old writers do not annotate strings. Such a column is read as text only if it is named.
    const isPlain =
      element.type === 'BYTE_ARRAY' && element.converted_type === undefined && !element.logical_type;
    const isText = children.length === 0 && (anyValue || isMarked || (isPlain && element.name === wanted));
    return { name: element.name, isText: isText && element.repetition_type !== 'REPEATED' };
  });
  return textColumn(name, columns, wanted);
}

/** Wraps an error that occurred while reading a parquet file. */
export function unreadableParquet(name: string, error: unknown): SaeLabError {
  if (error instanceof SaeLabError) return error;
  return unreadableDataset(name, {
    problem: `the parquet file cannot be read: ${(error as Error).message}`,
    expected: 'a parquet file',
    fix: 'Download it again. If it keeps failing, rewrite it with another tool.',
    cause: error,
  });
}
