import 'server-only';
import { SaeLabError } from '@sae-lab/errors';

/** A file as its run recorded it. */
export interface RecordedFile {
  /** Without folders. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A file that the store has. */
export interface StoredPlace {
  /** Waits for the first bytes, and gives parts of the file as they arrive. */
  open(): Promise<{ read(first: number, last: number): AsyncIterable<Uint8Array> }>;
}

/** What `pnpm dashboard` hands over if SAE_LAB_STORE is set. It has the store's client, which is not part of the bundle. */
export interface FilesOfStore {
  readonly location: string;
  /** Where the store has a file of a run; undefined if it has not. */
  find(runHash: string, file: RecordedFile): Promise<StoredPlace | undefined>;
}

/** The store of this dashboard; undefined if it has none. */
export function filesOfStore(): FilesOfStore | undefined {
  return (globalThis as { saeLabFiles?: FilesOfStore }).saeLabFiles;
}

/**
 * Asks the store. Its errors are of another copy of the class, because it is not part of the bundle.
 *
 * @throws {SaeLabError} `store.*`
 */
export async function askStore<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Error && error.name === 'SaeLabError') {
      throw SaeLabError.fromJSON((error as SaeLabError).toJSON());
    }
    throw error;
  }
}
