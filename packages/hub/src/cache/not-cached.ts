import { SaeLabError } from '@sae-lab/errors';
import { shortList } from '../format-bytes.ts';
import { nameOf } from '../http/response-error.ts';
import type { Repository } from '../repository.ts';
import type { HubSettings } from '../settings.ts';
import { repositoryCache } from './cache-layout.ts';
import { cachedRevisions } from './cached-listing.ts';

/** The error for something that is needed, not in the cache, and cannot be asked for. */
export async function notCached(
  settings: HubSettings,
  repository: Repository,
  revision: string,
  missing?: readonly string[],
  cause?: SaeLabError,
): Promise<SaeLabError> {
  const { folder } = repositoryCache(settings.cache, repository);
  const revisions = await cachedRevisions(settings, repository);
  const why = cause === undefined ? 'HF_HUB_OFFLINE is set' : 'the hub cannot be reached';
  const what = missing === undefined ? `revision ${revision}` : shortList(missing, 3);
  return new SaeLabError('hub.not-cached', {
    problem: `${why}, and ${what} is not in the cache`,
    field: nameOf(repository),
    expected: `a snapshot of it in ${folder}`,
    received: revisions.length === 0 ? 'no revision of it' : `revisions ${shortList(revisions)}`,
    fix:
      cause === undefined
        ? 'Unset HF_HUB_OFFLINE to download it, or name another cache by HF_HUB_CACHE.'
        : 'Check the network, or name another cache by HF_HUB_CACHE.',
    cause,
  });
}
