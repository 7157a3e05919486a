import { mkdir, open, rename, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import type { Backend, Content, ObjectInfo } from './backend/backend.ts';
import { contentOfFile, contentOfText } from './backend/content.ts';
import { untilReachable, type Patience } from './backend/retry.ts';
import { openArriving, type ArrivingFile } from './cache/arriving-file.ts';
import { openCached, type CacheSettings, type OpenedFolder } from './cache/file-cache.ts';
import { download } from './download.ts';
import {
  MANIFEST,
  manifestText,
  parseManifest,
  type FileSet,
  type Note,
  type StoredFile,
} from './file-set.ts';
import { folderBackend } from './folder/folder-backend.ts';
import { parseLocation } from './location.ts';
import { requireOwnPrefix, requireWritable, type StoreMemory } from './marker.ts';
import { readText } from './read-text.ts';

export interface StoreOptions {
  readonly cache: CacheSettings;
  /** Identifies the database that the files belong to. */
  readonly cluster: string;
  /** Without one, a folder that is not mounted becomes a new store. */
  readonly memory?: StoreMemory;
  /** How long to wait for a store that does not answer. Default 120. */
  readonly patienceSeconds?: number;
  /** Aborted when the process has no time left to wait for a store that is away. */
  readonly giveUp?: AbortSignal;
  /** Neither marks a new store as this database's, nor checks that it can be written. */
  readonly readOnly?: boolean;
}

/**
 * Files that all machines reach. Names are written once: nothing is ever overwritten, so what a superseded process
 * writes cannot harm. Every method waits for a store that is away, up to the patience of the options.
 */
export interface Store {
  /** Without credentials. */
  readonly location: string;
  /**
   * Stores files as a set, whose manifest is written last. A set of which files are missing is never seen by readers.
   *
   * @param files the name of each in the set, and its path on this machine
   * @throws {SaeLabError} `store.exists` if the store has another file under one of the names
   */
  putSet(
    name: string,
    files: readonly { readonly name: string; readonly path: string }[],
    note: Note,
    signal?: AbortSignal,
  ): Promise<FileSet>;
  /**
   * A complete set; undefined if there is none.
   *
   * @throws {SaeLabError} `store.corrupted`
   */
  readSet(name: string): Promise<FileSet | undefined>;
  /** The names of the complete sets below a name, in order. */
  listSets(below: string): Promise<string[]>;
  /**
   * The files of a set as a folder in the cache, verified. They must not be changed.
   *
   * @throws {SaeLabError} `store.missing`, `store.corrupted`, `store.cache-full`
   */
  openSet(set: FileSet, signal?: AbortSignal): Promise<OpenedFolder>;
  /**
   * A file of a set in the cache, which can be read while it is downloaded. Waits for its first bytes.
   *
   * @throws {SaeLabError} `store.missing`, `store.corrupted`, `store.cache-full`
   */
  openFile(set: FileSet, file: StoredFile): Promise<ArrivingFile>;
  /**
   * Writes a file of a set to a path, atomically.
   *
   * @throws {SaeLabError} `store.missing`, `store.corrupted`; the operating system's error
   */
  fetch(set: FileSet, file: StoredFile, path: string, signal?: AbortSignal): Promise<void>;
  /** Removes a set, its manifest first. */
  removeSet(name: string): Promise<void>;
  /** Every object whose name starts with a prefix, complete or not, in the order of their names. */
  list(prefix: string): Promise<ObjectInfo[]>;
  exists(name: string): Promise<boolean>;
  /** Nothing waits for a store that is away any more. */
  close(): void;
}

const PATIENCE_SECONDS = 120;

/**
 * Opens the store at a location, and checks that it can be used and belongs to this database.
 *
 * @param given `s3://bucket/prefix` or a folder
 * @throws {SaeLabError} `store.bad-location`, `store.unreachable`, `store.no-permission`, `store.wrong-bucket`,
 *   `store.wrong-region`, `store.other-cluster`, `store.not-mounted`; `store.unused` for a reader
 *
 * @example
 * const store = await openStore('s3://lab/sae', { cluster, cache: { folder: '/tmp/cache', limitBytes: 1e10 } });
 * const set = await store.putSet('saes/mine', [{ name: 'cfg.json', path: 'sae/cfg.json' }], {});
 */
export async function openStore(given: string, options: StoreOptions): Promise<Store> {
  const location = parseLocation(given);
  // Imported only if it is used: the client takes a while to load.
  const backend =
    location.kind === 'folder'
      ? folderBackend(location.folder)
      : (await import('./s3/s3-backend.ts')).s3Backend(location);
  try {
    // A folder that is not mounted is reported at once. Once it is open, it may come back.
    await untilReachable(
      async () => {
        const { readOnly = false } = options;
        // First what writes nothing: a process that is refused should leave nothing in the store.
        await backend.requireAccess({ readOnly });
        await requireOwnPrefix(backend, options);
        if (!readOnly) await requireWritable(backend);
      },
      patient(options),
      ['store.unreachable'],
    );
  } catch (error) {
    backend.close();
    throw error;
  }
  return storeOf(backend, options);
}

function patient(
  { patienceSeconds = PATIENCE_SECONDS, giveUp }: StoreOptions,
  signal?: AbortSignal,
): Patience {
  return { patienceSeconds, signal, giveUp };
}

function storeOf(backend: Backend, options: StoreOptions): Store {
  const { location } = backend;
  const closed = new AbortController();
  const patience = (signal = closed.signal) => patient(options, AbortSignal.any([closed.signal, signal]));
  const wait = <T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> =>
    untilReachable(ask, patience(signal));

  const put = async (name: string, content: Content, signal?: AbortSignal): Promise<void> => {
    if ((await wait(() => backend.put(name, content, signal), signal)) === 'written') return;
    // An earlier try of this process may have written it, and only its answer was lost.
    const there = await wait(() => backend.describe(name), signal);
    if (there?.bytes === content.bytes && there.sha256 === content.sha256) return;
    throw new SaeLabError('store.exists', {
      problem: 'the store has another file under this name',
      field: `${location}/${name}`,
      expected: `no file, or ${content.bytes} bytes with the sha256 ${content.sha256}`,
      received: `${there?.bytes} bytes with the sha256 ${there?.sha256 ?? 'of another writer'}`,
    });
  };
  const list = (prefix: string): Promise<ObjectInfo[]> => wait(() => Array.fromAsync(backend.list(prefix)));
  const get = (
    set: FileSet,
    file: StoredFile,
    path: string,
    more: { readonly signal?: AbortSignal | undefined; readonly onBytes?: (done: number) => void } = {},
  ): Promise<void> =>
    download(backend, { ...file, name: `${set.name}/${file.name}` }, path, {
      ...patience(more.signal),
      onBytes: more.onBytes,
    });

  return {
    location,
    async putSet(name, files, note, signal) {
      const stored: StoredFile[] = [];
      for (const { name: fileName, path } of files) {
        const file = await open(path);
        try {
          const content = await contentOfFile(file, signal);
          await put(`${name}/${fileName}`, content, signal);
          stored.push({ name: fileName, bytes: content.bytes, sha256: content.sha256 });
        } finally {
          await file.close();
        }
      }
      const set = { name, files: stored, note };
      await put(`${name}/${MANIFEST}`, contentOfText(manifestText(set)), signal);
      return set;
    },
    async readSet(name) {
      const text = await wait(() => readText(backend, `${name}/${MANIFEST}`));
      return text === undefined ? undefined : parseManifest(name, text, location);
    },
    async listSets(below) {
      const end = `/${MANIFEST}`;
      const found = await list(`${below}/`);
      return found.flatMap(({ name }) => (name.endsWith(end) ? [name.slice(0, -end.length)] : []));
    },
    openSet: (set, signal) =>
      openCached(options.cache, set.files, (file, path) => get(set, file, path, { signal })),
    openFile: (set, file) =>
      openArriving(file, (onBytes) =>
        openCached(options.cache, [file], (_, path) =>
          get(set, file, path, { onBytes: (done) => onBytes(path, done) }),
        ),
      ),
    async fetch(set, file, path, signal) {
      await mkdir(dirname(path), { recursive: true });
      const draft = `${path}.${randomBytes(4).toString('hex')}.fetched`;
      try {
        await get(set, file, draft, { signal });
        await rename(draft, path);
      } finally {
        await rm(draft, { force: true });
      }
    },
    async removeSet(name) {
      await wait(() => backend.remove(`${name}/${MANIFEST}`));
      for (const object of await list(`${name}/`)) await wait(() => backend.remove(object.name));
    },
    list,
    exists: (name) => wait(async () => (await backend.describe(name)) !== undefined),
    close() {
      closed.abort();
      backend.close();
    },
  };
}
