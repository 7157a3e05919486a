import type { Repository } from './repository.ts';

/** Hash of a file's content, as stated by the hub. */
export interface FileHash {
  /** `git-sha1` is a git blob id: the sha1 of `blob SIZE`, a zero byte and the content. */
  readonly algorithm: 'sha256' | 'git-sha1';
  /** In hexadecimal. */
  readonly value: string;
}

/** One file of a repository at a commit. */
export interface HubFile {
  /** Path in the repository, with `/`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Unset if unknown, e.g. for a file that was copied into the snapshot instead of linked. */
  readonly hash?: FileHash;
}

/** The files of a repository at one commit. */
export interface RepositoryListing {
  readonly repository: Repository;
  /** The requested revision, e.g. `main`. */
  readonly revision: string;
  /** The full commit hash that the revision resolved to. */
  readonly commit: string;
  /** Sorted by path. */
  readonly files: readonly HubFile[];
}

export const MAIN = 'main';

/** Whether a revision is a full commit hash, which always names the same content. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}
