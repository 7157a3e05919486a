import { link, mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { removeDeadLeases, takeLease } from './lease.ts';
import { hashOf } from './hash-of.ts';

export interface CacheSettings {
  readonly folder: string;
  /** Bytes of files that are kept although nobody uses them. Beyond it, the least recently used are removed. */
  readonly limitBytes: number;
}

/** A file by its content. */
export interface CachedFile {
  /** Relative, with `/`. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A folder with files of the store, which stays as it is until it is closed. */
export interface OpenedFolder {
  readonly folder: string;
  readonly close: () => Promise<void>;
}

/**
 * Opens files as a folder. Those in the cache are verified by their checksum, the others are written by `download`.
 *
 * The cache has each file once, under its sha256, and a folder has a hard link to it. So a file that is linked twice is
 * in use, and a file is never copied. Processes share the cache without locks: a link to a file that another process
 * removes at this moment either exists, or fails, and then the file is downloaded.
 *
 * @param download writes a file and checks it
 * @throws {SaeLabError} `store.cache-full`, and what `download` throws
 */
export async function openCached(
  cache: CacheSettings,
  files: readonly CachedFile[],
  download: (file: CachedFile, path: string) => Promise<void>,
): Promise<OpenedFolder> {
  const shelf = join(cache.folder, 'files');
  const leases = join(cache.folder, 'open');
  await mkdir(shelf, { recursive: true });
  await removeDeadLeases(leases);
  const lease = await takeLease(leases);
  try {
    const missing: CachedFile[] = [];
    for (const file of files) {
      const path = join(lease.folder, ...file.name.split('/'));
      await mkdir(join(path, '..'), { recursive: true });
      if (!(await linkVerified(join(shelf, file.sha256), path, file))) missing.push(file);
    }
    for (const file of missing) {
      const path = join(lease.folder, ...file.name.split('/'));
      await download(file, path).catch(async (error: unknown) => {
        if (!isDiskFull(error)) throw error;
        await rm(path, { force: true });
        await removeIdle(shelf, Infinity);
        await download(file, path).catch((again: unknown) => {
          throw isDiskFull(again) ? diskFull(cache, file, again) : again;
        });
      });
      // It is already there if another process downloaded the same file meanwhile.
      await link(path, join(shelf, file.sha256)).catch(() => {});
    }
    return {
      folder: lease.folder,
      async close() {
        await lease.release();
        await trim(cache);
      },
    };
  } catch (error) {
    await lease.release();
    throw error;
  }
}

async function linkVerified(cached: string, path: string, { bytes, sha256 }: CachedFile): Promise<boolean> {
  try {
    await link(cached, path);
  } catch {
    return false;
  }
  const now = new Date();
  await utimes(path, now, now).catch(() => {});
  if ((await stat(path)).size === bytes && (await hashOf(path)) === sha256) return true;
  await rm(path);
  await rm(cached, { force: true });
  return false;
}

interface Shelved {
  readonly path: string;
  readonly bytes: number;
  readonly used: number;
  readonly idle: boolean;
}

async function shelved(shelf: string): Promise<Shelved[]> {
  const found: Shelved[] = [];
  for (const name of await readdir(shelf)) {
    const path = join(shelf, name);
    const state = await stat(path).catch(() => undefined);
    if (state?.isFile() !== true) continue;
    found.push({ path, bytes: state.size, used: state.mtimeMs, idle: state.nlink === 1 });
  }
  return found.toSorted((a, b) => a.used - b.used);
}

/** Removes the least recently used files that nobody uses, until the others fit the limit. */
async function trim({ folder, limitBytes }: CacheSettings): Promise<void> {
  const shelf = join(folder, 'files');
  const idle = (await shelved(shelf)).filter((file) => file.idle);
  await removeIdle(shelf, sumOf(idle) - limitBytes);
}

/** Removes at least `bytes`, or all that nobody uses. */
async function removeIdle(shelf: string, bytes: number): Promise<void> {
  let removed = 0;
  for (const file of await shelved(shelf)) {
    if (removed >= bytes) break;
    if (!file.idle) continue;
    await rm(file.path, { force: true });
    removed += file.bytes;
  }
}

function sumOf(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function diskFull({ folder }: CacheSettings, { name, bytes }: CachedFile, cause: unknown): SaeLabError {
  return new SaeLabError('store.cache-full', {
    problem: 'the disk of the cache is full',
    field: folder,
    expected: `space for ${name}, ${bytes} bytes`,
    fix: 'Free some space there and run the same command again.',
    cause,
  });
}
