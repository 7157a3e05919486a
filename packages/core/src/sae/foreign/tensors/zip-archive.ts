import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { SaeLabError } from '@sae-lab/errors';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { reasonOf } from '../../../files/reason-of.ts';

/** An open zip archive. PyTorch's files and NumPy's `.npz` are zip archives. */
export interface ZipArchive {
  /** Names of the files in it. */
  readonly names: readonly string[];
  /** Reads a file, and checks its length and checksum. */
  read(name: string): Promise<Buffer>;
  close(): void;
}

/** @throws {SaeLabError} `sae.unreadable` */
export async function openZip(path: string): Promise<ZipArchive> {
  let zip: ZipFile;
  const entries = new Map<string, Entry>();
  try {
    zip = await yauzl.openPromise(path, { autoClose: false, lazyEntries: true });
  } catch (cause) {
    throw unreadable(path, cause);
  }
  try {
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  } catch (cause) {
    zip.close();
    throw unreadable(path, cause);
  }
  return {
    names: [...entries.keys()],
    async read(name) {
      try {
        const entry = entries.get(name);
        if (entry === undefined) throw new Error(`it has no file '${name}'`);
        const bytes = await buffer(await zip.openReadStreamPromise(entry));
        if (crc32(bytes) !== entry.crc32) throw new Error(`the checksum of '${name}' is wrong`);
        return bytes;
      } catch (cause) {
        throw unreadable(path, cause);
      }
    },
    close: () => zip.close(),
  };
}

function unreadable(path: string, cause: unknown): SaeLabError {
  return new SaeLabError('sae.unreadable', {
    problem: `not a complete zip archive: ${reasonOf(cause)}`,
    field: path,
    fix: 'Download or save the file again.',
    cause,
  });
}
