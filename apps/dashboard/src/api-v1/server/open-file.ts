import 'server-only';
import { open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { SaeLabError } from '@sae-lab/errors';
import { askStore, filesOfStore, type RecordedFile } from './files-of-store.ts';

/** A file of a run, where the run was trained. */
export interface RunFile extends RecordedFile {
  readonly runHash: string;
  /** Relative to the data folder. */
  readonly path: string;
  /** Where it was written, as far as the run recorded it. */
  readonly writtenAt: { readonly place?: string; readonly store?: string };
}

/** A file that can be sent. */
interface FoundFile {
  /** The bytes from `first` to `last`, both included. Not called for a request without a body. */
  stream(first: number, last: number): Promise<Readable>;
  close(): Promise<void>;
}

/**
 * Finds a file that a run recorded, with the recorded size: in the data folder of the dashboard, or in the store. Links that
 * lead out of the folder are not followed.
 *
 * @throws {SaeLabError} `api.file-elsewhere`, `store.*`
 */
export async function openRecorded(file: RunFile): Promise<FoundFile> {
  const local = await openInside(process.env['SAE_LAB_DATA'] ?? '', file.path);
  if (local !== undefined) {
    const found = await local.stat();
    if (found.isFile() && found.size === file.bytes) {
      return {
        // Closes the file at its end, and when the reader goes away.
        stream: async (first, last) => local.createReadStream({ start: first, end: last }),
        close: () => local.close(),
      };
    }
    await local.close();
  }
  const stored = await askStore(async () => filesOfStore()?.find(file.runHash, file));
  if (stored === undefined) throw elsewhere(file, local !== undefined);
  return {
    stream: async (first, last) => {
      const bytes = await askStore(async () => beginReading((await stored.open()).read(first, last)));
      return Readable.from(bytes, { objectMode: false });
    },
    close: async () => {},
  };
}

/** Waits for the first bytes: a problem before them can still be told by the status of the answer. */
async function beginReading(bytes: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const reader = bytes[Symbol.asyncIterator]();
  const begun = await reader.next();
  return {
    [Symbol.asyncIterator]: () => {
      let first: typeof begun | undefined = begun;
      return {
        async next() {
          const found = first ?? (await reader.next());
          first = undefined;
          return found;
        },
        return: async () => (await reader.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}

function elsewhere({ path, writtenAt }: RunFile, isChanged: boolean): SaeLabError {
  const store = filesOfStore();
  const missing = isChanged ? 'differs from the recorded file' : 'is not in the data folder of the dashboard';
  const { place } = writtenAt;
  const isStored = store === undefined && writtenAt.store !== undefined;
  return new SaeLabError('api.file-elsewhere', {
    problem: store === undefined ? missing : `${missing}, and not in the store ${store.location}`,
    field: path,
    ...(place !== undefined && { received: `a file of ${place}` }),
    fix: isStored
      ? `Start the dashboard with SAE_LAB_STORE=${writtenAt.store} and the credentials of the store.`
      : 'Start the dashboard with the --data that has the file, or bring it with `pnpm sae export`.',
  });
}

async function openInside(folder: string, path: string) {
  if (folder === '') return undefined;
  try {
    const root = await realpath(/* turbopackIgnore: true */ folder);
    const target = await realpath(join(/* turbopackIgnore: true */ root, path));
    return target.startsWith(root + sep) ? await open(/* turbopackIgnore: true */ target, 'r') : undefined;
  } catch {
    // Missing, or not readable for this user.
    return undefined;
  }
}
