import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { CachedFile, OpenedFolder } from './file-cache.ts';

/** A file of the cache that may still be on its way. */
export interface ArrivingFile {
  /**
   * Its bytes from `first` to `last`, both included, as they arrive. The last byte of the file is given only after its
   * checksum was found right, so nobody gets a damaged file whole. A part before the end waits for the check.
   *
   * @throws {SaeLabError} what the download throws
   */
  read(first: number, last: number): AsyncGenerator<Uint8Array, void, undefined>;
  /** Lets the cache remove the file, once it is complete. */
  close(): Promise<void>;
}

/**
 * Opens a file while it is being downloaded.
 *
 * @param open brings the file into a folder; calls back with its path and the number of bytes so far
 */
export async function openArriving(
  { name, bytes }: CachedFile,
  open: (onBytes: (path: string, done: number) => void) => Promise<OpenedFolder>,
): Promise<ArrivingFile> {
  let path = '';
  let arrived = 0;
  let state: { readonly name: 'coming' | 'checked' } | { readonly name: 'failed'; readonly error: unknown } =
    {
      name: 'coming',
    };
  let change = Promise.withResolvers<void>();
  const tell = (): void => {
    change.resolve();
    change = Promise.withResolvers();
  };
  const opened = open((at, done) => {
    path = at;
    arrived = Math.min(done, bytes - 1);
    tell();
  });
  const settle = async (): Promise<void> => {
    try {
      const { folder } = await opened;
      path = join(folder, ...name.split('/'));
      arrived = bytes;
      state = { name: 'checked' };
    } catch (error) {
      state = { name: 'failed', error };
    }
    tell();
  };
  void settle();
  const until = async (isThere: () => boolean): Promise<void> => {
    for (;;) {
      if (state.name === 'failed') throw state.error;
      if (isThere()) return;
      await change.promise;
    }
  };
  await until(() => path !== '');
  return {
    async *read(first, last) {
      for (let at = first; at <= last;) {
        await until(() => state.name === 'checked' || (last === bytes - 1 && arrived > at));
        // Opened again for every piece: a download that starts over writes another file.
        const piece = createReadStream(path, { start: at, end: Math.min(last, arrived - 1) });
        const before = at;
        try {
          for await (const chunk of piece as AsyncIterable<Buffer>) {
            yield chunk;
            at += chunk.byteLength;
          }
        } catch (error) {
          // A download that fails removes the file, and says why.
          await opened;
          throw error;
        }
        if (at === before) throw new Error(`${path} ends at byte ${at}`);
      }
    },
    async close() {
      const folder = await opened.catch(() => undefined);
      await folder?.close();
    },
  };
}
