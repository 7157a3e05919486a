/** Reads what the cache knows about a repository, without a request. */
import { readdir, readlink } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { FileHash, HubFile, RepositoryListing } from '../hub-file.ts';
import { isCommit } from '../hub-file.ts';
import type { Repository } from '../repository.ts';
import type { HubSettings } from '../settings.ts';
import { repositoryCache, sizeOf, textOf, type RepositoryCache } from './cache-layout.ts';
import { readTree } from './tree-file.ts';

/**
 * Lists the files of a revision from the cache: all of them if the list of the commit was saved, otherwise those that
 * were downloaded. Returns undefined if the cache knows nothing about the revision.
 */
export async function cachedListing(
  settings: HubSettings,
  repository: Repository,
  revision: string,
): Promise<(RepositoryListing & { isPartial?: boolean }) | undefined> {
  const cache = repositoryCache(settings.cache, repository);
  const commit = isCommit(revision) ? revision : (await textOf(cache.ref(revision)))?.trim();
  if (commit === undefined || !isCommit(commit)) return undefined;
  const all = await readTree(cache.tree(commit));
  if (all !== undefined) return { repository, revision, commit, files: all };
  const files = await downloadedFiles(cache, commit);
  return files && { repository, revision, commit, files, isPartial: true };
}

/** Branches and tags of a repository that the cache knows. */
export async function cachedRevisions(settings: HubSettings, repository: Repository): Promise<string[]> {
  const { folder } = repositoryCache(settings.cache, repository);
  return filesUnder(join(folder, 'refs')).then((paths) => paths ?? []);
}

async function downloadedFiles(cache: RepositoryCache, commit: string): Promise<HubFile[] | undefined> {
  const folder = cache.snapshot(commit);
  const paths = await filesUnder(folder);
  if (paths === undefined) return undefined;
  const files: HubFile[] = [];
  for (const path of paths) {
    const size = await sizeOf(join(folder, path));
    // A dangling link: its blob was deleted.
    if (size === undefined) continue;
    const target = await readlink(join(folder, path)).catch(() => '');
    const hash = hashNamed(basename(target));
    files.push({ path, size, ...(hash !== undefined && { hash }) });
  }
  return files;
}

/** A blob's name is the hash of its content. */
function hashNamed(name: string): FileHash | undefined {
  if (/^[0-9a-f]{64}$/.test(name)) return { algorithm: 'sha256', value: name };
  return /^[0-9a-f]{40}$/.test(name) ? { algorithm: 'git-sha1', value: name } : undefined;
}

async function filesUnder(folder: string): Promise<string[] | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => undefined);
  return entries
    ?.filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .toSorted();
}
