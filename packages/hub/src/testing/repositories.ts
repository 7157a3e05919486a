import { createHash } from 'node:crypto';

/** A repository that the test server offers. */
export interface ServedRepository {
  readonly type: 'model' | 'dataset';
  readonly id: string;
  /** Files of `main` by path. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Files of other branches, e.g. `refs/convert/parquet`. */
  readonly branches?: Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>>;
  /** Only a token sees it. */
  readonly isPrivate?: boolean;
  /** Everybody sees it; only an account that was let in reads it. */
  readonly isGated?: boolean;
  /** Files of at least this many bytes are in large-file storage. @default 1000 */
  readonly largeFrom?: number;
}

/** A file of a served repository, with what the hub says of it. */
export interface ServedFile {
  readonly path: string;
  readonly content: Buffer;
  /** Id of the git blob: of the content, or of the pointer of a large file. */
  readonly oid: string;
  /** The sha256 of a large file. */
  readonly sha256?: string;
}

/** The files at one commit. */
export interface ServedCommit {
  readonly commit: string;
  readonly files: readonly ServedFile[];
}

/** Commits by branch. The commit's hash follows from the files, so that a change of a file changes it. */
export function commitsOf(repository: ServedRepository): Map<string, ServedCommit> {
  const { files, branches = {}, largeFrom = 1000 } = repository;
  const all = Object.entries({ main: files, ...branches });
  return new Map(all.map(([branch, content]) => [branch, commitOf(content, largeFrom)]));
}

function commitOf(files: ServedRepository['files'], largeFrom: number): ServedCommit {
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
