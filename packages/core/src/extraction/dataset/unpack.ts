import { Readable, pipeline } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { SaeLabError } from '@sae-lab/errors';
import type { FileFormat } from '@sae-lab/hub';
import { unreadableDataset } from './unreadable-dataset.ts';
import { cutAtFrames } from './zstd-frames.ts';

/**
 * A stream of bytes, unpacked on the way.
 *
 * @param name the file's, for messages
 * @throws {SaeLabError} while iterating: dataset.unreadable
 */
export async function* unpack(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  packing: FileFormat['packing'],
): AsyncGenerator<Uint8Array> {
  if (packing === undefined) return yield* chunks;
  try {
    if (packing === 'gzip') yield* piped(chunks, createGunzip());
    else yield* piped(cutAtFrames(chunks), zstdDecoder());
  } catch (error) {
    throw failure(name, packing, error);
  }
}

function piped(
  chunks: AsyncIterable<Uint8Array>,
  decoder: NodeJS.ReadWriteStream,
): AsyncIterable<Uint8Array> {
  // A failure of either stream destroys the last one, whose reader gets the error.
  return pipeline(
    Readable.from(chunks, { objectMode: false }),
    decoder,
    () => {},
  ) as unknown as AsyncIterable<Uint8Array>;
}

function zstdDecoder(): NodeJS.ReadWriteStream {
  // `zstd --long=31` looks back 2 GB; the default allows 128 MB.
  return createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 31 } });
}

function failure(name: string, packing: 'gzip' | 'zstd', error: unknown): unknown {
  const { code = '', message, name: kind } = error as NodeJS.ErrnoException;
  if (error instanceof SaeLabError || kind === 'AbortError') return error;
  const expected = `UTF-8 text packed by ${packing}`;
  const fix = 'Download or pack it again.';
  if (code === 'Z_BUF_ERROR') {
    return unreadableDataset(name, {
      problem: `the ${packing} file is cut short`,
      expected,
      fix,
      cause: error,
    });
  }
  const isOther = message.includes('header') || message.includes('not those of a zstd frame');
  if (code.startsWith('Z_') || code.startsWith('ZSTD_') || isOther) {
    const problem = isOther ? `the bytes are not ${packing}'s` : `the ${packing} file is damaged: ${message}`;
    return unreadableDataset(name, { problem, expected, fix, cause: error });
  }
  return error;
}
