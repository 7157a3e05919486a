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
    async *stream({ start = 0, end = size } = {}, signal) {
      signal?.throwIfAborted();
      // createReadStream has an inclusive end and cannot read an empty range.
      if (start >= end) return;
      // Made when it is read: a stream that is aborted before has nobody who hears its error, which ends the process.
      yield* createReadStream(localPath, { start, end: end - 1, signal, highWaterMark: 2 ** 16 });
    },
  };
}
