import { isComplete, repositoryCache } from '../cache/cache-layout.ts';
import { notCached } from '../cache/not-cached.ts';
import type { HubFile } from '../hub-file.ts';
import { nameOf } from '../http/response-error.ts';
import type { FoundListing } from '../listing/list-repository.ts';
import type { HubSettings } from '../settings.ts';
import type { ByteSource } from './byte-source.ts';
import { localSource } from './local-source.ts';
import { remoteSource } from './remote-source.ts';

/**
 * Opens files of a repository for reading: from the cache if they were downloaded, otherwise from the hub.
 *
 * @throws {SaeLabError} hub.not-cached in offline mode
 */
export async function hubSources(
  settings: HubSettings,
  listing: FoundListing,
  files: readonly HubFile[],
): Promise<ByteSource[]> {
  const { repository, revision, commit } = listing;
  const cache = repositoryCache(settings.cache, repository);
  const missing: string[] = [];
  const sources: ByteSource[] = [];
  for (const file of files) {
    const pointer = cache.pointer(commit, file.path);
    if (await isComplete(pointer, file)) {
      sources.push({
        ...(await localSource(pointer, `${nameOf(repository)}, ${file.path}`)),
        path: file.path,
      });
    } else {
      missing.push(file.path);
      sources.push(remoteSource(settings, listing, file));
    }
  }
  const cannotAsk = settings.offline || listing.unreachable !== undefined;
  if (missing.length > 0 && cannotAsk) {
    throw await notCached(settings, repository, revision, missing, listing.unreachable);
  }
  return sources;
}
