import { basename, join } from 'node:path';
import { environment } from '@sae-lab/command-line';
import { checkpointOf, saeFolderOf, stepOfCheckpoint } from '@sae-lab/core';
import { asWriteError } from '@sae-lab/core/files';
import { clusterId, explainError, recallStore, rememberStore, type Database } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import {
  cacheLimit,
  checkpointsAmong,
  openStore,
  saesAmong,
  setsOfRun,
  type Store,
  type StoreMemory,
  type StoreOptions,
} from '@sae-lab/store';
import { thisProcessor } from './processor.ts';
import { openSharedAttempt, type SharedAttempt } from './shared-attempt.ts';

/** The files of runs in the store that all machines reach. Without a store, `location` is null and nothing is shared. */
export interface SharedFiles {
  /** Without credentials. */
  readonly location: string | null;
  /** For activations. */
  readonly store: Store | undefined;
  /**
   * Brings a run's newest checkpoint into its folder, unless the folder has one that is as new.
   *
   * @returns what its author should know of it
   */
  bringCheckpoint(runHash: string, runFolder: string): Promise<string | undefined>;
  /**
   * Stores what an attempt at a run writes into its folder.
   *
   * @param number of the attempt, once the database has given it one
   * @param onFault called when a checkpoint cannot be stored
   */
  openAttempt(
    run: { readonly runHash: string; readonly runFolder: string },
    number: () => Promise<number>,
    onFault: (error: unknown) => void,
  ): SharedAttempt;
  /** Where the store has the files of a finished run, with these checksums; undefined if it has not. */
  placeOfSae(runHash: string, files: readonly RecordedFile[]): Promise<string | undefined>;
  /** Brings the SAE of a finished run into its folder. */
  bringSae(runHash: string, runFolder: string): Promise<void>;
  close(): void;
}

/** A file of a run as the database has it. */
interface RecordedFile {
  readonly path: string;
  readonly sha256: string;
}

const NOT_SHARED: SharedFiles = {
  location: null,
  store: undefined,
  bringCheckpoint: async () => undefined,
  openAttempt: () => ({
    checkpointed() {},
    settle: async () => {},
    finish: async () => {},
    discardCheckpoints: async () => {},
  }),
  placeOfSae: async () => undefined,
  bringSae: async () => {},
  close() {},
};

/**
 * Opens the store of SAE_LAB_STORE, if it is set.
 *
 * @param options of the store, for a process that only reads and does not wait long
 * @throws {SaeLabError} `store.*` for a store that cannot be used, `db.*` for a database that is lost meanwhile
 *
 * @example
 * const shared = await openSharedFiles(database, { dataDir: '.sae-lab' });
 * await shared.bringCheckpoint(runHash, runFolder);
 * // … train, then
 * shared.close();
 */
export async function openSharedFiles(
  { db }: Pick<Database, 'db'>,
  { dataDir, ...access }: { dataDir: string } & Pick<StoreOptions, 'readOnly' | 'patienceSeconds' | 'giveUp'>,
): Promise<SharedFiles> {
  const location = environment('SAE_LAB_STORE');
  if (location === undefined) return NOT_SHARED;
  const cache = {
    folder: join(dataDir, 'store-cache'),
    limitBytes: cacheLimit(environment('SAE_LAB_STORE_CACHE')),
  };
  try {
    const cluster = await clusterId(db);
    const memory: StoreMemory = {
      recall: (place) => recallStore(db, { cluster, location: place }),
      remember: (place, id) => rememberStore(db, { cluster, location: place }, id),
    };
    return sharedFiles(await openStore(location, { cluster, cache, memory, ...access }));
  } catch (error) {
    throw explainError(error);
  }
}

/**
 * The same for a command that only reads: it makes no store, and needs no right to write. A store that no sweep has used has
 * nothing to read.
 */
export async function openSharedFilesToRead(
  database: Pick<Database, 'db'>,
  { dataDir }: { dataDir: string },
): Promise<SharedFiles> {
  try {
    return await openSharedFiles(database, { dataDir, readOnly: true });
  } catch (error) {
    if (error instanceof SaeLabError && error.code === 'store.unused') return NOT_SHARED;
    throw error;
  }
}

function sharedFiles(store: Store): SharedFiles {
  // The store explains its own faults, and this what is wrong with the disk here.
  const fetch: Store['fetch'] = (set, file, path) =>
    store.fetch(set, file, path).catch((error: unknown) => {
      throw asWriteError(error, path);
    });
  const saeOf = async (runHash: string) => {
    for (const name of saesAmong(await store.listSets(setsOfRun(runHash)))) {
      const set = await store.readSet(name);
      if (set !== undefined) return set;
    }
    return undefined;
  };
  return {
    location: store.location,
    store,
    async bringCheckpoint(runHash, runFolder) {
      const here = (await stepOfCheckpoint(runFolder, runHash)) ?? -1;
      for (const { set: name, step } of checkpointsAmong(await store.listSets(setsOfRun(runHash)))) {
        if (step <= here) return undefined;
        try {
          const set = await store.readSet(name);
          const [file] = set?.files ?? [];
          // Another machine has removed it, because there is a newer one or the run has finished.
          if (set === undefined || file === undefined) continue;
          await fetch(set, file, checkpointOf(runFolder));
          const processor = set.note['processor'];
          if (typeof processor !== 'string' || processor === thisProcessor()) return undefined;
          return `The run continues a checkpoint at step ${step} that was made on another processor: ${processor}. Its last digits may differ from those of a run on one machine.`;
        } catch (error) {
          // An older one costs some steps, and the run can start over.
          if (!(error instanceof SaeLabError) || !UNUSABLE.has(error.code)) throw error;
        }
      }
      return undefined;
    },
    openAttempt: (run, number, onFault) => openSharedAttempt(store, run, number, onFault),
    async placeOfSae(runHash, files) {
      const set = await saeOf(runHash);
      const sums = new Map(set?.files.map(({ name, sha256 }) => [name, sha256]));
      const isStored =
        set !== undefined && files.every(({ path, sha256 }) => sums.get(basename(path)) === sha256);
      return isStored ? `${store.location}/${set.name}` : undefined;
    },
    async bringSae(runHash, runFolder) {
      const set = await saeOf(runHash);
      for (const file of set?.files ?? []) {
        await fetch(set!, file, join(saeFolderOf(runFolder), file.name));
      }
    },
    close: () => store.close(),
  };
}

const UNUSABLE = new Set(['store.missing', 'store.corrupted']);
