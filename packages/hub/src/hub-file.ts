import type { Repository } from './repository.ts';

/** A checksum of a file's content, as the hub states it. */
export interface FileHash {
  /** `git-sha1` is the id of a git blob: the sha1 of `blob SIZE`, a zero byte and the content. */
  readonly algorithm: 'sha256' | 'git-sha1';
  /** In hex. */
  readonly value: string;
}

/** One file of a repository at a commit. */
export interface HubFile {
  /** Path in the repository, with `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Unknown only for a file that was copied into the cache instead of linked. */
  readonly hash?: FileHash;
}

/** The files of a repository at one commit. */
export interface RepositoryListing {
  readonly repository: Repository;
  /** The revision as asked for, e.g. `main`. */
  readonly revision: string;
  /** The full commit hash that the revision stands for. */
  readonly commit: string;
  /** In the order of their paths. */
  readonly files: readonly HubFile[];
}

export const MAIN = 'main';

/** Whether a revision is a full commit hash, whose content never changes. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}
