import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { SaeLabError } from '@sae-lab/errors';
import type { CompressionCodec, Compressors } from 'hyparquet';
import { compressors as pureCompressors } from 'hyparquet-compressors';

/** Decompressors. Node's native ones are used where they exist; the JavaScript ones are slower. */
export const CODECS: Compressors = {
  ...pureCompressors,
  GZIP: (bytes) => gunzipSync(bytes),
  BROTLI: (bytes) => brotliDecompressSync(bytes),
  ZSTD: (bytes) => zstdDecompressSync(bytes),
};

/** Supported by hyparquet itself. */
const BUILT_IN: readonly CompressionCodec[] = ['UNCOMPRESSED', 'SNAPPY'];

/** @throws {SaeLabError} dataset.unsupported-codec */
export function requireCodec(name: string, codec: CompressionCodec | undefined): void {
  if (codec !== undefined && (BUILT_IN.includes(codec) || Object.hasOwn(CODECS, codec))) return;
  throw new SaeLabError('dataset.unsupported-codec', {
    problem: 'the compression codec of the parquet file is not supported',
    field: name,
    expected: [...new Set([...BUILT_IN, ...Object.keys(CODECS)])].join(', '),
    received: codec ?? 'an unknown codec',
    fix: 'Rewrite the file with zstd or snappy compression.',
  });
}
