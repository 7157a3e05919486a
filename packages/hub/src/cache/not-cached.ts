import { SaeLabError } from '@sae-lab/errors';
import { shortList } from '../format-bytes.ts';
import { nameOf } from '../http/response-error.ts';
import type { Repository } from '../repository.ts';
import type { HubSettings } from '../settings.ts';
import { repositoryCache } from './cache-layout.ts';
import { cachedRevisions } from './cached-listing.ts';

/** The error for files that are not in the cache and cannot be downloaded now. */
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
    problem: `${why}, and the cache does not contain ${what}`,
    field: nameOf(repository),
    expected: `a snapshot in ${folder}`,
    received: revisions.length === 0 ? 'no revision' : `revisions ${shortList(revisions)}`,
    fix:
      cause === undefined
        ? 'Unset HF_HUB_OFFLINE to download it, or set HF_HUB_CACHE to the cache that has it.'
        : 'Check the network, or set HF_HUB_CACHE to the cache that has it.',
    cause,
  });
}
