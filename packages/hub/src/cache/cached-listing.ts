/** What the cache knows of a repository without asking the hub. */
import { readdir, readlink } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { FileHash, HubFile, RepositoryListing } from '../hub-file.ts';
import { isCommit } from '../hub-file.ts';
import type { Repository } from '../repository.ts';
import type { HubSettings } from '../settings.ts';
import { repositoryCache, sizeOf, textOf, type RepositoryCache } from './cache-layout.ts';
import { readTree } from './tree-file.ts';

/**
 * The files of a revision by the cache: all of them where the list was kept, else those that were downloaded.
 * Undefined where nothing of the revision is there.
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

/** Revisions of a repository that the cache knows by name. */
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
    // A link whose blob was deleted.
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
