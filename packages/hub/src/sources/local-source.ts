import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ByteSource } from './byte-source.ts';

/**
 * A file on this machine.
 *
 * @param name what messages call it
 * @throws the operating system's error
 */
export async function localSource(localPath: string, name: string = localPath): Promise<ByteSource> {
  const { size } = await stat(localPath);
  return {
    name,
    path: localPath,
    size,
    stream({ start = 0, end = size } = {}, signal) {
      // createReadStream cannot read nothing: its end is inclusive.
      if (start >= end) return nothing();
      return createReadStream(localPath, { start, end: end - 1, signal, highWaterMark: 2 ** 18 });
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
