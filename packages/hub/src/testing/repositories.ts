import { createHash } from 'node:crypto';

/** A repository on the test server. */
export interface ServedRepository {
  readonly type: 'model' | 'dataset';
  readonly id: string;
  /** Files of `main` by path. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Files of other branches, e.g. `refs/convert/parquet`. */
  readonly branches?: Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>>;
  /** Whether only the owner's token can see it. */
  readonly isPrivate?: boolean;
  /** Whether everyone can see it, but only the owner's token can download files. */
  readonly isGated?: boolean;
  /** Files of at least this many bytes are in large-file storage (LFS). @default 1000 */
  readonly largeFrom?: number;
}

/** A file on the test server, with its hashes. */
export interface ServedFile {
  readonly path: string;
  readonly content: Buffer;
  /** Git blob id of the content, or of the LFS pointer for a large file. */
  readonly oid: string;
  /** The sha256 of a large file. */
  readonly sha256?: string;
}

/** The files at one commit. */
export interface ServedCommit {
  readonly commit: string;
  readonly files: readonly ServedFile[];
}

/** Commits by branch. The commit hash is derived from the files, so it changes whenever a file does. */
export function commitsOf(repository: ServedRepository): Map<string, ServedCommit> {
  const { files, branches = {}, largeFrom = LARGE_FROM } = repository;
  const all = Object.entries({ main: files, ...branches });
  return new Map(all.map(([branch, content]) => [branch, commitOf(content, largeFrom)]));
}

export const LARGE_FROM = 1000;

export function commitOf(files: ServedRepository['files'], largeFrom: number): ServedCommit {
  const served = Object.entries(files)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, content]) => servedFile(path, Buffer.from(content), largeFrom));
  const listing = served.map(({ path, oid }) => `${oid} ${path}`).join('\n');
  return { commit: sha1(`commit\n${listing}`), files: served };
}

function servedFile(path: string, content: Buffer, largeFrom: number): ServedFile {
  if (content.length < largeFrom) return { path, content, oid: gitBlob(content) };
  const sha256 = createHash('sha256').update(content).digest('hex');
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${content.length}\n`;
  return { path, content, oid: gitBlob(Buffer.from(pointer)), sha256 };
}

function gitBlob(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
