import { join } from 'node:path';
import { clusterId, explainError, recallStore, rememberStore } from '@sae-lab/db';
import { connectDatabase } from '@sae-lab/db/reading';
import { SaeLabError } from '@sae-lab/errors';
import {
  openStore,
  saesAmong,
  setsOfRun,
  type ArrivingFile,
  type FileSet,
  type Store,
  type StoredFile,
} from '@sae-lab/store';
import type { FilesOfStore, RecordedFile, StoredPlace } from '../src/api-v1/server/files-of-store.ts';

export interface StoredFilesOptions {
  /** What SAE_LAB_STORE says. */
  readonly location: string;
  /** Bytes that the cache keeps. */
  readonly cacheBytes: number;
  readonly dataDir: string;
  readonly databaseUrl: string;
}

/** A request that waits longer than this for a store that is away gets an error, which says so. */
const PATIENCE_SECONDS = 2;
/** The cache may not remove a file for this long after its last reader: readers of parts ask several times. */
const KEPT_MS = 60_000;

interface Shared {
  readonly file: ArrivingFile;
  readers: number;
  idle?: NodeJS.Timeout;
}

/**
 * The files of runs that the store has, read through the cache of the data folder. The store is opened when a file is first
 * asked for, and again after a failure. Requests for one file share one download.
 */
export class StoredFiles implements FilesOfStore {
  readonly #options: StoredFilesOptions;
  #store: Promise<Store> | undefined;
  /** By their sha256. */
  readonly #files = new Map<string, Promise<Shared>>();

  constructor(options: StoredFilesOptions) {
    this.#options = options;
  }

  get location(): string {
    return this.#options.location;
  }

  async find(runHash: string, { name, bytes, sha256 }: RecordedFile): Promise<StoredPlace | undefined> {
    const store = await this.#opened();
    for (const setName of saesAmong(await store.listSets(setsOfRun(runHash)))) {
      const set = await store.readSet(setName);
      const file = set?.files.find((each) => each.name === name && each.sha256 === sha256);
      if (set === undefined || file === undefined || file.bytes !== bytes) continue;
      return { open: async () => this.#readerOf(await this.#shared(store, set, file), file) };
    }
    return undefined;
  }

  #opened(): Promise<Store> {
    this.#store ??= connect(this.#options).catch((error: unknown) => {
      this.#store = undefined;
      throw error;
    });
    return this.#store;
  }

  #shared(store: Store, set: FileSet, file: StoredFile): Promise<Shared> {
    const key = file.sha256;
    const known = this.#files.get(key);
    if (known !== undefined) return known;
    const opening = this.#open(store, set, file);
    this.#files.set(key, opening);
    opening.catch(() => this.#files.delete(key));
    return opening;
  }

  async #open(store: Store, set: FileSet, file: StoredFile): Promise<Shared> {
    try {
      return { file: await store.openFile(set, file), readers: 0 };
    } catch (error) {
      throw cannotWrite(error, this.#options.dataDir) ?? error;
    }
  }

  #readerOf(shared: Shared, { sha256 }: StoredFile): Pick<ArrivingFile, 'read'> {
    const rest = (): void => {
      clearTimeout(shared.idle);
      shared.idle = setTimeout(() => {
        if (shared.readers > 0) return;
        this.#files.delete(sha256);
        void shared.file.close().catch(() => {});
      }, KEPT_MS).unref();
    };
    const forget = (): boolean => this.#files.delete(sha256);
    rest();
    return {
      async *read(first, last) {
        shared.readers += 1;
        try {
          yield* shared.file.read(first, last);
        } catch (error) {
          // The next request downloads it again.
          forget();
          throw error;
        } finally {
          shared.readers -= 1;
          rest();
        }
      },
    };
  }
}

async function connect({ location, cacheBytes, dataDir, databaseUrl }: StoredFilesOptions): Promise<Store> {
  try {
    const database = await connectDatabase({ url: databaseUrl });
    try {
      const cluster = await clusterId(database.db);
      return await openStore(location, {
        cluster,
        cache: { folder: join(dataDir, 'store-cache'), limitBytes: cacheBytes },
        memory: {
          recall: (place) => recallStore(database.db, { cluster, location: place }),
          remember: (place, id) => rememberStore(database.db, { cluster, location: place }, id),
        },
        patienceSeconds: PATIENCE_SECONDS,
        readOnly: true,
      });
    } finally {
      await database.close();
    }
  } catch (error) {
    throw explainError(error);
  }
}

function cannotWrite(error: unknown, dataDir: string): SaeLabError | undefined {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (!['EACCES', 'EPERM', 'EROFS'].includes(code)) return undefined;
  return new SaeLabError('store.no-cache', {
    problem: 'the cache of the store cannot be written',
    field: join(dataDir, 'store-cache'),
    expected: 'a folder that this user may write to',
    received: code,
    fix: 'Start the dashboard with a --data that you may write to.',
    cause: error,
  });
}
