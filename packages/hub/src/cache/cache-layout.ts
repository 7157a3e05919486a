/** The layout of the cache, which is that of the Python library. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HubFile } from '../hub-file.ts';
import { folderName, type Repository } from '../repository.ts';

/**
 * Paths of one repository in the cache:
 *
 * ```
 * models--ORG--NAME/
 *   refs/main                  the commit that `main` last resolved to
 *   trees/COMMIT.json          all files of a commit
 *   blobs/HASH                 file contents
 *   snapshots/COMMIT/PATH      links to blobs
 * ```
 */
export interface RepositoryCache {
  readonly folder: string;
  ref(revision: string): string;
  tree(commit: string): string;
  blob(file: HubFile): string;
  snapshot(commit: string): string;
  /** The path of a file in a snapshot. */
  pointer(commit: string, path: string): string;
}

export function repositoryCache(cache: string, repository: Repository): RepositoryCache {
  const folder = join(cache, folderName(repository));
  return {
    folder,
    ref: (revision) => join(folder, 'refs', revision),
    tree: (commit) => join(folder, 'trees', `${commit}.json`),
    blob: ({ path, hash }) => join(folder, 'blobs', hash?.value ?? path),
    snapshot: (commit) => join(folder, 'snapshots', commit),
    pointer: (commit, path) => join(folder, 'snapshots', commit, path),
  };
}

/** Size of a file in bytes, following links; undefined if it does not exist. */
export async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? found.size : undefined;
}

/** Whether a file exists and has the size that the hub states. */
export async function isComplete(path: string, { size }: HubFile): Promise<boolean> {
  return (await sizeOf(path)) === size;
}

export async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

/** Writes a small file atomically: a reader sees either the old content or the new. */
export async function replaceFile(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
