import { datasetInfo, listFiles, modelInfo, type ListFileEntry } from '@huggingface/hub';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { replaceFile, repositoryCache } from '../cache/cache-layout.ts';
import { cachedListing } from '../cache/cached-listing.ts';
import { hubFileOf, readTree, writeTree, type TreeEntry } from '../cache/tree-file.ts';
import { notCached } from '../cache/not-cached.ts';
import { MAIN, isCommit, type HubFile, type RepositoryListing } from '../hub-file.ts';
import { apiAccess } from '../http/api.ts';
import { nameOf } from '../http/response-error.ts';
import { repositoryOf, type Repository } from '../repository.ts';
import { hubSettings, type HubSettings } from '../settings.ts';
import { withSuggestions } from './suggestions.ts';

export interface HubOptions {
  /** A branch, a tag or a full commit hash. @default 'main' */
  readonly revision?: string;
  /** @default the settings of the environment */
  readonly settings?: HubSettings;
  readonly signal?: AbortSignal | undefined;
}

/** A listing, and whether it comes from the cache. */
export interface FoundListing extends RepositoryListing {
  /** Why the hub could not be reached; set if the listing is from the cache. Unset in offline mode. */
  readonly unreachable?: SaeLabError;
  /** Whether only the downloaded files are listed, because the cache has no full list of the commit. */
  readonly isPartial?: boolean;
}

/**
 * Lists the files of a repository at a revision. The list of a commit never changes and is cached. If the hub cannot be
 * reached, the cache resolves the revision.
 *
 * @example
 * const { commit, files } = await listRepository('model', 'EleutherAI/pythia-70m-deduped');
 *
 * @throws {SaeLabError} hub.bad-repository, hub.unknown-repository, hub.unknown-revision, hub.gated, hub.bad-token,
 *   hub.forbidden, hub.not-cached, hub.unreachable, hub.unavailable, hub.rate-limited, hub.unexpected-answer
 */
export async function listRepository(
  type: Repository['type'],
  id: string,
  { revision = MAIN, settings = hubSettings(), signal }: HubOptions = {},
): Promise<FoundListing> {
  const repository = repositoryOf(type, id);
  requireRevision(repository, revision);
  const known = isCommit(revision) ? await knownCommit(settings, repository, revision) : undefined;
  if (known !== undefined) return known;
  const cached = await cachedListing(settings, repository, revision);
  if (settings.offline) {
    if (cached === undefined) throw await notCached(settings, repository, revision);
    return cached;
  }
  try {
    return await askedListing(
      cached === undefined ? settings : hurried(settings),
      repository,
      revision,
      signal,
    );
  } catch (error) {
    if (!(error instanceof SaeLabError)) throw error;
    const isAway = /^hub\.(unreachable|unavailable|rate-limited)$/.test(error.code);
    if (isAway && cached !== undefined) return { ...cached, unreachable: error };
    throw await withSuggestions(error, settings, repository, signal);
  }
}

/** Shorter timeouts: with a cached listing, a long wait for the hub is not worthwhile. */
function hurried(settings: HubSettings): HubSettings {
  return {
    ...settings,
    timeout: Math.min(10, settings.timeout),
    retry: { ...settings.retry, attempts: Math.min(2, settings.retry.attempts) },
  };
}

/** A revision becomes part of a path in the cache, so names that git forbids are rejected. */
function requireRevision(repository: Repository, revision: string): void {
  const parts = revision.split('/');
  // oxlint-disable-next-line no-control-regex -- control characters are rejected
  if (
    !parts.some((part) => part === '' || part.startsWith('.')) &&
    !/\.\.|[\0-\x20\x7f~^:?*[\\]/.test(revision)
  )
    return;
  throw new SaeLabError('hub.unknown-revision', {
    problem: 'the revision is not a valid name',
    field: nameOf(repository),
    expected: 'a branch, a tag or a full commit hash',
    received: describeValue(revision),
    fix: 'Correct the revision, or leave it out for main.',
  });
}

async function knownCommit(
  settings: HubSettings,
  repository: Repository,
  commit: string,
): Promise<RepositoryListing | undefined> {
  const files = await readTree(repositoryCache(settings.cache, repository).tree(commit));
  return files && { repository, revision: commit, commit, files };
}

async function askedListing(
  settings: HubSettings,
  repository: Repository,
  revision: string,
  signal: AbortSignal | undefined,
): Promise<RepositoryListing> {
  const api = apiAccess(settings, { repository, revision }, signal);
  const commit = await commitOf(api, repository, revision);
  if (commit === undefined || !isCommit(commit)) {
    throw new SaeLabError('hub.unexpected-answer', {
      problem: 'the hub did not say which commit the revision is',
      field: nameOf(repository),
      received: String(commit),
      fix: `Check that ${settings.endpoint} is a Hugging Face hub (HF_ENDPOINT).`,
    });
  }
  const known = await knownCommit(settings, repository, commit);
  const entries = known === undefined ? await entriesOf(api, repository, commit) : undefined;
  await remember(settings, repository, revision, commit, entries);
  const files = known?.files ?? [...entries!].map(([path, entry]) => hubFileOf(path, entry)).toSorted(byPath);
  return { repository, revision, commit, files };
}

type Api = ReturnType<typeof apiAccess>;

async function commitOf(api: Api, { type, id }: Repository, revision: string): Promise<string | undefined> {
  const asked = { ...api, name: id, revision, additionalFields: ['sha'] as ['sha'] };
  const info = type === 'model' ? await modelInfo(asked) : await datasetInfo(asked);
  return info.sha;
}

async function entriesOf(
  api: Api,
  { type, id }: Repository,
  commit: string,
): Promise<Map<string, TreeEntry>> {
  const entries = new Map<string, TreeEntry>();
  const found = listFiles({ ...api, repo: { type, name: id }, revision: commit, recursive: true });
  for await (const entry of found) {
    if (entry.type === 'file') entries.set(safePath(entry.path, { type, id }), treeEntry(entry));
  }
  return entries;
}

function treeEntry({ size, oid = '', lfs, xetHash }: ListFileEntry): TreeEntry {
  return {
    size,
    blob_id: oid,
    ...(lfs !== undefined && { lfs_sha256: lfs.oid, lfs_size: lfs.size }),
    ...(xetHash !== undefined && { xet_hash: xetHash }),
  };
}

/** Paths come from the repository and become local paths, so none may leave its folder. */
function safePath(path: string, repository: Repository): string {
  const isSafe = path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  if (isSafe && !/[\\\0]/.test(path)) return path;
  throw new SaeLabError('hub.unexpected-answer', {
    problem: 'the repository has a file whose path leaves its folder',
    field: nameOf(repository),
    received: JSON.stringify(path),
    fix: 'Do not use this repository, and report it to the hub.',
  });
}

/** Saves the list in the cache. Ignores write errors: datasets can be read without a cache. */
async function remember(
  settings: HubSettings,
  repository: Repository,
  revision: string,
  commit: string,
  entries: ReadonlyMap<string, TreeEntry> | undefined,
): Promise<void> {
  const cache = repositoryCache(settings.cache, repository);
  await Promise.allSettled([
    entries && writeTree(cache.tree(commit), entries),
    revision === commit ? undefined : replaceFile(cache.ref(revision), commit),
  ]);
}

function byPath(a: HubFile, b: HubFile): number {
  return a.path < b.path ? -1 : 1;
}
