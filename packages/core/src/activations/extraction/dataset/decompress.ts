import { Readable, pipeline } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { SaeLabError } from '@sae-lab/errors';
import type { FileFormat } from '@sae-lab/hub';
import { unreadableDataset } from './unreadable-dataset.ts';
import { cutAtFrames } from './zstd-frames.ts';

/**
 * Decompresses a stream.
 *
 * @param name file name for error messages
 * @throws {SaeLabError} while iterating: dataset.unreadable
 */
export async function* decompress(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  compression: FileFormat['compression'],
): AsyncGenerator<Uint8Array> {
  if (compression === undefined) return yield* chunks;
  try {
    if (compression === 'gzip') yield* piped(chunks, createGunzip());
    else yield* piped(cutAtFrames(chunks), zstdDecoder());
  } catch (error) {
    throw failure(name, compression, error);
  }
}

function piped(
  chunks: AsyncIterable<Uint8Array>,
  decoder: NodeJS.ReadWriteStream,
): AsyncIterable<Uint8Array> {
  // An error of either stream reaches the reader of the last one.
  return pipeline(
    Readable.from(chunks, { objectMode: false }),
    decoder,
    () => {},
  ) as unknown as AsyncIterable<Uint8Array>;
}

function zstdDecoder(): NodeJS.ReadWriteStream {
  // `zstd --long=31` uses a window of 2 GB; the default limit is 128 MB.
  return createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 31 } });
}

function failure(name: string, compression: 'gzip' | 'zstd', error: unknown): unknown {
  const { code = '', message, name: kind } = error as NodeJS.ErrnoException;
  if (error instanceof SaeLabError || kind === 'AbortError') return error;
  const expected = `UTF-8 text compressed with ${compression}`;
  const fix = 'Download or compress it again.';
  if (code === 'Z_BUF_ERROR') {
    return unreadableDataset(name, {
      problem: `the ${compression} file is truncated`,
      expected,
      fix,
      cause: error,
    });
  }
  const isOther = message.includes('header') || message.includes('not those of a zstd frame');
  if (code.startsWith('Z_') || code.startsWith('ZSTD_') || isOther) {
    const problem = isOther
      ? `the file is not in ${compression} format`
      : `the ${compression} file is damaged: ${message}`;
    return unreadableDataset(name, { problem, expected, fix, cause: error });
  }
  return error;
}
