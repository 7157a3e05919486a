import { mkdir, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SaeLabError } from '@sae-lab/errors';
import { cacheError, noSpace } from '../cache/cache-error.ts';
import { isComplete, repositoryCache, sizeOf, type RepositoryCache } from '../cache/cache-layout.ts';
import { linkPointer } from '../cache/link-pointer.ts';
import { notCached } from '../cache/not-cached.ts';
import { chooseFiles, type FileChoice } from '../choose-files.ts';
import type { HubFile, RepositoryListing } from '../hub-file.ts';
import { listRepository, type FoundListing, type HubOptions } from '../listing/list-repository.ts';
import { resolveUrl, type Repository } from '../repository.ts';
import { hubSettings, type HubSettings } from '../settings.ts';
import { downloadBlob } from './download-blob.ts';
import { inParallel } from './in-parallel.ts';
import { progressMeter, type DownloadProgress } from './progress.ts';

export interface DownloadOptions extends HubOptions {
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Number of files to download at the same time. @default 4 */
  readonly parallel?: number;
}

/** Downloaded files of a repository. */
export interface Snapshot extends RepositoryListing {
  /** The snapshot folder. It mirrors the paths of the repository with links to the cached files. */
  readonly folder: string;
  /** The chosen files only. */
  readonly files: readonly DownloadedFile[];
  /** Why the hub could not be reached; set if the revision was resolved from the cache instead. */
  readonly unreachable?: SaeLabError;
}

export interface DownloadedFile extends HubFile {
  /** Absolute path on this machine. */
  readonly localPath: string;
}

const PARALLEL = 4;

/**
 * Downloads files of a repository into the cache, except those already there. An interrupted download resumes where it
 * stopped.
 *
 * @example
 * const { folder, commit } = await downloadSnapshot(
 *   'model', 'EleutherAI/pythia-70m-deduped', ['config.json', 'tokenizer*.json', '*.safetensors'],
 *   { onProgress: ({ bytes, totalBytes }) => console.log(`${bytes} of ${totalBytes}`) },
 * );
 *
 * @throws {SaeLabError} those of {@link listRepository}, hub.no-matching-files, hub.not-cached, hub.damaged-download,
 *   hub.disk-full, hub.cache-not-writable; the signal's reason when it is aborted
 */
export async function downloadSnapshot(
  type: Repository['type'],
  id: string,
  choice: FileChoice,
  options: DownloadOptions = {},
): Promise<Snapshot> {
  const listing = await listRepository(type, id, options);
  return downloadFiles(listing, await chosenFrom(listing, choice, options), options);
}

async function chosenFrom(
  listing: FoundListing,
  choice: FileChoice,
  { settings = hubSettings() }: DownloadOptions,
): Promise<readonly HubFile[]> {
  try {
    return chooseFiles(listing, choice);
  } catch (error) {
    if (listing.isPartial !== true) throw error;
    // The repository may have such files, but the cache has none.
    const wanted = typeof choice === 'function' ? undefined : choice;
    throw await notCached(settings, listing.repository, listing.revision, wanted, listing.unreachable);
  }
}

/** Downloads files that were already chosen from a listing. See {@link downloadSnapshot}. */
export async function downloadFiles(
  listing: FoundListing,
  files: readonly HubFile[],
  { settings = hubSettings(), signal, onProgress, parallel = PARALLEL }: DownloadOptions = {},
): Promise<Snapshot> {
  const { repository, commit } = listing;
  const cache = repositoryCache(settings.cache, repository);
  const missing = await missingFiles(cache, commit, files);
  if (missing.length > 0 && (settings.offline || listing.unreachable !== undefined)) {
    const paths = missing.map(({ path }) => path);
    throw await notCached(settings, repository, listing.revision, paths, listing.unreachable);
  }
  try {
    await requireSpace(cache, missing);
    const total = files.reduce((sum, { size }) => sum + size, 0);
    const meter = progressMeter(files.length, total, onProgress);
    const isMissing = new Set(missing);
    for (const file of files) {
      if (isMissing.has(file)) continue;
      meter.bytes(file.path, file.size, 'found');
      meter.done(file.path);
    }
    await inParallel(missing, parallel, signal, async (file, stop) => {
      await downloadFile({ settings, cache, listing, file, signal: stop }, (bytes, kind) =>
        meter.bytes(file.path, bytes, kind),
      );
      meter.done(file.path);
    });
  } catch (error) {
    throw cacheError(error, cache.folder);
  }
  return {
    ...listing,
    folder: cache.snapshot(commit),
    files: files.map((file) => ({ ...file, localPath: cache.pointer(commit, file.path) })),
  };
}

async function missingFiles(
  cache: RepositoryCache,
  commit: string,
  files: readonly HubFile[],
): Promise<HubFile[]> {
  const complete = await Promise.all(files.map((file) => isComplete(cache.pointer(commit, file.path), file)));
  return files.filter((_, i) => !complete[i]);
}

async function downloadFile(
  {
    settings,
    cache,
    listing: { repository, revision, commit },
    file,
    signal,
  }: {
    settings: HubSettings;
    cache: RepositoryCache;
    listing: RepositoryListing;
    file: HubFile;
    signal: AbortSignal;
  },
  onBytes: (bytes: number, kind: 'found' | 'received') => void,
): Promise<void> {
  const blob = cache.blob(file);
  const pointer = cache.pointer(commit, file.path);
  const isDone = (): Promise<boolean> => isComplete(blob, file);
  if (await isDone()) {
    onBytes(file.size, 'found');
  } else {
    await downloadBlob({
      settings,
      subject: { repository, revision, path: file.path },
      file,
      url: resolveUrl(settings.endpoint, repository, commit, file.path),
      blob,
      isDone,
      signal,
      onBytes,
    });
  }
  await linkPointer(blob, pointer, settings.symlinks);
}

/** @throws {SaeLabError} hub.disk-full if the files do not fit */
async function requireSpace(cache: RepositoryCache, files: readonly HubFile[]): Promise<void> {
  let needed = 0;
  for (const file of files) {
    const blob = cache.blob(file);
    if (await isComplete(blob, file)) continue;
    needed += file.size - ((await sizeOf(`${blob}.sae-lab.incomplete`)) ?? 0);
  }
  if (needed <= 0) return;
  const folder = dirname(cache.folder);
  await mkdir(folder, { recursive: true });
  const { bavail, bsize, blocks } = await statfs(folder);
  // Some network file systems report no sizes.
  if (blocks > 0 && needed > bavail * bsize) throw noSpace(needed, bavail * bsize, folder);
}
