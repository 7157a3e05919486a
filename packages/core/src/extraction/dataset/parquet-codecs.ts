import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { SaeLabError } from '@sae-lab/errors';
import type { CompressionCodec, Compressors } from 'hyparquet';
import { compressors as pureCompressors } from 'hyparquet-compressors';

/** Node's own where it has them: they are several times as fast as those in JavaScript. */
export const CODECS: Compressors = {
  ...pureCompressors,
  GZIP: (bytes) => gunzipSync(bytes),
  BROTLI: (bytes) => brotliDecompressSync(bytes),
  ZSTD: (bytes) => zstdDecompressSync(bytes),
};

/** hyparquet itself reads these two. */
const BUILT_IN: readonly CompressionCodec[] = ['UNCOMPRESSED', 'SNAPPY'];

/** @throws {SaeLabError} dataset.unsupported-codec */
export function requireCodec(name: string, codec: CompressionCodec | undefined): void {
  if (codec !== undefined && (BUILT_IN.includes(codec) || Object.hasOwn(CODECS, codec))) return;
  throw new SaeLabError('dataset.unsupported-codec', {
    problem: 'the parquet file is compressed by a codec that is not supported',
    field: name,
    expected: [...new Set([...BUILT_IN, ...Object.keys(CODECS)])].join(', '),
    received: codec ?? 'an unknown one',
    fix: 'Write the file again with zstd or snappy.',
  });
}
