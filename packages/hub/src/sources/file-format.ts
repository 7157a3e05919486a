/** Format and compression of a data file. */
export interface FileFormat {
  /** A `json` file holds one object per line, or a single array. */
  readonly kind: 'parquet' | 'json-lines' | 'json' | 'text';
  readonly compression?: 'gzip' | 'zstd';
}

const KINDS: Readonly<Record<string, FileFormat['kind']>> = {
  parquet: 'parquet',
  jsonl: 'json-lines',
  ndjson: 'json-lines',
  json: 'json',
  txt: 'text',
};
const COMPRESSIONS: Readonly<Record<string, NonNullable<FileFormat['compression']>>> = {
  gz: 'gzip',
  zst: 'zstd',
  zstd: 'zstd',
};

/** Tells the format of a data file by its extensions; undefined if it is not supported. */
export function formatOf(path: string): FileFormat | undefined {
  const [last = '', before = ''] = path
    .slice(path.lastIndexOf('/') + 1)
    .toLowerCase()
    .split('.')
    .slice(1)
    .toReversed();
  const compression = COMPRESSIONS[last];
  const kind = KINDS[compression === undefined ? last : before];
  if (kind === undefined) return undefined;
  // A compressed parquet file cannot be read in parts.
  if (compression !== undefined) return kind === 'parquet' ? undefined : { kind, compression };
  return { kind };
}
