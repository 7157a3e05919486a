/** What a data file holds and how it is packed. */
export interface FileFormat {
  /** `json` may be a JSON object a line, or one array of all. */
  readonly kind: 'parquet' | 'json-lines' | 'json' | 'text';
  readonly packing?: 'gzip' | 'zstd';
}

const KINDS: Readonly<Record<string, FileFormat['kind']>> = {
  parquet: 'parquet',
  jsonl: 'json-lines',
  ndjson: 'json-lines',
  json: 'json',
  txt: 'text',
};
const PACKINGS: Readonly<Record<string, NonNullable<FileFormat['packing']>>> = {
  gz: 'gzip',
  zst: 'zstd',
  zstd: 'zstd',
};

/** The format of a data file by the ending of its name; undefined for one that is not read. */
export function formatOf(path: string): FileFormat | undefined {
  const [last = '', before = ''] = path
    .slice(path.lastIndexOf('/') + 1)
    .toLowerCase()
    .split('.')
    .slice(1)
    .toReversed();
  const packing = PACKINGS[last];
  const kind = KINDS[packing === undefined ? last : before];
  if (kind === undefined) return undefined;
  // Parquet packs its pages, and a packed file of it could not be read in parts.
  if (packing !== undefined) return kind === 'parquet' ? undefined : { kind, packing };
  return { kind };
}
