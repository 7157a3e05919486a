/** Format and compression of a data file. */
export interface FileFormat {
  /** A `json` file holds one object per line, or a single array. */
  readonly kind: 'parquet' | 'json-lines' | 'json' | 'text';
  readonly compression?: 'gzip' | 'zstd';
}

const KINDS: ReadonlyMap<string, FileFormat['kind']> = new Map([
  ['parquet', 'parquet'],
  ['jsonl', 'json-lines'],
  ['ndjson', 'json-lines'],
  ['json', 'json'],
  ['txt', 'text'],
]);
const COMPRESSIONS: ReadonlyMap<string, NonNullable<FileFormat['compression']>> = new Map([
  ['gz', 'gzip'],
  ['zst', 'zstd'],
  ['zstd', 'zstd'],
]);

/** The compression of a file, by its last extension. Undefined for none. */
export function compressionOf(path: string): FileFormat['compression'] {
  return COMPRESSIONS.get(path.toLowerCase().split('.').at(-1)!);
}

/** The format of a data file, by its extensions; undefined if it is not supported. */
export function formatOf(path: string): FileFormat | undefined {
  const [last = '', before = ''] = path
    .slice(path.lastIndexOf('/') + 1)
    .toLowerCase()
    .split('.')
    .slice(1)
    .toReversed();
  const compression = COMPRESSIONS.get(last);
  const kind = KINDS.get(compression === undefined ? last : before);
  if (kind === undefined) return undefined;
  // A compressed parquet file cannot be read in parts.
  if (compression !== undefined) return kind === 'parquet' ? undefined : { kind, compression };
  return { kind };
}
