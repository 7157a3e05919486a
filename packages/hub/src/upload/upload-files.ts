import { openAsBlob } from 'node:fs';
import { open } from 'node:fs/promises';
import { createRepo, uploadFiles as commitFiles } from '@huggingface/hub';
import { SaeLabError } from '@sae-lab/errors';
import { blobHash } from '../download/blob-hash.ts';
import { shortList } from '../format-bytes.ts';
import type { HubFile } from '../hub-file.ts';
import { apiAccess } from '../http/api.ts';
import { nameOf } from '../http/response-error.ts';
import { listRepository, type FoundListing } from '../listing/list-repository.ts';
import { pageOf, repositoryOf, type Repository } from '../repository.ts';
import { hubSettings, type HubSettings } from '../settings.ts';

/** A file to upload. */
export interface LocalFile {
  /** Path in the repository, with `/`. */
  readonly path: string;
  readonly localPath: string;
}

export interface UploadOptions {
  readonly title: string;
  /** Whether a new repository is visible to its owners only. An existing one stays as it is. */
  readonly isPrivate?: boolean;
  /** Whether to change files of a repository that has others, or other versions of them. It never deletes any. */
  readonly force?: boolean;
  readonly settings?: HubSettings;
  readonly signal?: AbortSignal | undefined;
}

export interface Upload {
  /** The page of the repository. */
  readonly url: string;
  /** The commit that has the files. */
  readonly commit: string;
  /** Paths that were uploaded: new and changed files. */
  readonly uploaded: readonly string[];
}

/** The hub writes this file when it creates a repository. */
const OWN_FILES: ReadonlySet<string> = new Set(['.gitattributes']);

/**
 * Uploads files to a model repository in one commit. The repository is created if it does not exist. Files that are there
 * already are not sent again.
 *
 * @throws {SaeLabError} hub.no-token, hub.no-write-access, hub.other-content, hub.bad-repository and those
 *   of {@link listRepository}
 */
export async function uploadFiles(
  id: string,
  files: readonly LocalFile[],
  { title, isPrivate = false, force = false, settings = hubSettings(), signal }: UploadOptions,
): Promise<Upload> {
  const { repository, token } = requireUploadable(id, settings);
  const api = apiAccess(settings, { repository }, signal);
  const repo = { type: 'model' as const, name: id };
  const writing = <T>(write: () => Promise<T>): Promise<T> => explained(settings, repository, write);
  let listing = await existing(id, settings, signal);
  if (listing === undefined) {
    const visibility = isPrivate ? 'private' : 'public';
    await writing(() => createRepo({ repo, visibility, accessToken: token, ...api }));
    listing = await listRepository('model', id, { settings, signal });
  }
  const changed = await changedFiles(files, listing.files);
  if (!force) requireSameContent(repository, files, changed, listing.files);
  const url = pageOf(settings.endpoint, repository);
  if (changed.length === 0) return { url, commit: listing.commit, uploaded: [] };
  const contents = await Promise.all(
    changed.map(async ({ path, localPath }) => ({ path, content: await openAsBlob(localPath) })),
  );
  const parentCommit = listing.commit;
  const done = await writing(() =>
    // The plain protocol of large files: it needs no compiled module, and the hub accepts both.
    commitFiles({ repo, files: contents, commitTitle: title, parentCommit, useXet: false, ...api }),
  );
  return { url, commit: done?.commit.oid ?? parentCommit, uploaded: changed.map(({ path }) => path) };
}

/**
 * Checks what can be checked before anything is sent.
 *
 * @throws {SaeLabError} hub.bad-repository, hub.no-token, hub.unreachable in offline mode
 */
export function requireUploadable(
  id: string,
  settings: HubSettings,
): { readonly repository: Repository; readonly token: string } {
  const repository = repositoryOf('model', id);
  requireOnline(settings, repository);
  return { repository, token: requireToken(settings, repository) };
}

async function existing(
  id: string,
  settings: HubSettings,
  signal: AbortSignal | undefined,
): Promise<FoundListing | undefined> {
  try {
    const listing = await listRepository('model', id, { settings, signal });
    // From the cache it may be out of date.
    if (listing.unreachable !== undefined) throw listing.unreachable;
    return listing;
  } catch (error) {
    if (error instanceof SaeLabError && error.code === 'hub.unknown-repository') return undefined;
    throw error;
  }
}

async function changedFiles(
  files: readonly LocalFile[],
  there: readonly HubFile[],
): Promise<readonly LocalFile[]> {
  const byPath = new Map(there.map((file) => [file.path, file]));
  const changed: LocalFile[] = [];
  for (const file of files) {
    const found = byPath.get(file.path);
    if (found === undefined || !(await isSame(file.localPath, found))) changed.push(file);
  }
  return changed;
}

async function isSame(localPath: string, file: HubFile): Promise<boolean> {
  const handle = await open(localPath, 'r');
  try {
    const { size } = await handle.stat();
    if (file.hash === undefined || size !== file.size) return false;
    const hash = blobHash(file);
    await hash.updateFrom(handle, size);
    return hash.isRight();
  } finally {
    await handle.close();
  }
}

/** An upload by mistake would overwrite another model. */
function requireSameContent(
  repository: Repository,
  files: readonly LocalFile[],
  changed: readonly LocalFile[],
  there: readonly HubFile[],
): void {
  const ours = new Set(files.map(({ path }) => path));
  const pending = new Set(changed.map(({ path }) => path));
  const other = there
    .map(({ path }) => path)
    .filter((path) => !OWN_FILES.has(path) && (!ours.has(path) || pending.has(path)));
  if (other.length === 0) return;
  throw new SaeLabError('hub.other-content', {
    problem: 'the repository has other content',
    field: nameOf(repository),
    expected: 'a new repository, or the same files',
    received: shortList(other),
    fix: 'Choose another name. With --force, the files are added and those of the same name replaced.',
  });
}

/** The hub answers a write without permission as if the repository did not exist. */
async function explained<T>(
  settings: HubSettings,
  repository: Repository,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof SaeLabError)) throw error;
    if (error.code === 'hub.forbidden' || error.code === 'hub.unknown-repository') {
      throw new SaeLabError('hub.no-write-access', {
        problem: 'the token cannot write to the repository',
        field: nameOf(repository),
        ...(error.details.received !== undefined && { received: error.details.received }),
        fix: `Create a token with write access at ${settings.endpoint}/settings/tokens, or choose a name that begins with your own.`,
        cause: error,
      });
    }
    throw error;
  }
}

function requireToken(settings: HubSettings, repository: Repository): string {
  // The library accepts no other tokens, and would not say which setting is wrong.
  if (settings.token?.startsWith('hf_') === true) return settings.token;
  if (settings.token !== undefined) {
    throw new SaeLabError('hub.bad-token', {
      problem: 'the token is not one of the hub',
      field: nameOf(repository),
      expected: 'a token that starts with hf_',
      fix: `Create one with write access at ${settings.endpoint}/settings/tokens and put it into HF_TOKEN.`,
    });
  }
  throw new SaeLabError('hub.no-token', {
    problem: 'an upload needs a token',
    field: nameOf(repository),
    expected: `a token with write access in HF_TOKEN or ${settings.tokenFile}`,
    fix: `Create one at ${settings.endpoint}/settings/tokens.`,
  });
}

function requireOnline(settings: HubSettings, repository: Repository): void {
  if (!settings.offline) return;
  throw new SaeLabError('hub.unreachable', {
    problem: 'an upload needs the hub, and HF_HUB_OFFLINE is set',
    field: nameOf(repository),
    fix: 'Unset HF_HUB_OFFLINE.',
  });
}
