import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ByteSource } from './byte-source.ts';

/**
 * Opens a local file for reading.
 *
 * @param name name in error messages
 * @throws errors of the operating system
 */
export async function localSource(localPath: string, name: string = localPath): Promise<ByteSource> {
  const { size } = await stat(localPath);
  return {
    name,
    path: localPath,
    size,
    stream({ start = 0, end = size } = {}, signal) {
      // createReadStream has an inclusive end and cannot read an empty range.
      if (start >= end) return nothing();
      return createReadStream(localPath, { start, end: end - 1, signal, highWaterMark: 2 ** 16 });
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
