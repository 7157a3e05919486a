/** Stores the list of all files of a commit in the same file and format as the Python library. */
import type { HubFile } from '../hub-file.ts';
import { replaceFile, textOf } from './cache-layout.ts';

const FORMAT = 1;

interface TreeFile {
  readonly format_version: typeof FORMAT;
  readonly files: Readonly<Record<string, TreeEntry>>;
}

/** A file as the hub lists it. */
export interface TreeEntry {
  /** Size of the content in bytes. */
  readonly size: number;
  /** Git blob id of the content, or of the LFS pointer for a file in large-file storage. */
  readonly blob_id: string;
  readonly lfs_sha256?: string;
  readonly lfs_size?: number;
  readonly xet_hash?: string;
}

/** Reads the files of a commit; undefined if the list is missing or unreadable. */
export async function readTree(path: string): Promise<HubFile[] | undefined> {
  const text = await textOf(path);
  if (text === undefined) return undefined;
  try {
    const tree = JSON.parse(text) as TreeFile;
    if (tree.format_version !== FORMAT) return undefined;
    return Object.entries(tree.files).map(([file, entry]) => hubFileOf(file, entry));
  } catch {
    return undefined;
  }
}

/** @throws the operating system's error */
export async function writeTree(path: string, entries: ReadonlyMap<string, TreeEntry>): Promise<void> {
  const files = Object.fromEntries([...entries].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  await replaceFile(path, JSON.stringify({ format_version: FORMAT, files } satisfies TreeFile, undefined, 1));
}

export function hubFileOf(path: string, entry: TreeEntry): HubFile {
  // Some mirrors list no hashes. Their files are checked by length only.
  if (entry.blob_id === '' && entry.lfs_sha256 === undefined) return { path, size: entry.size };
  return {
    path,
    size: entry.lfs_size ?? entry.size,
    hash:
      entry.lfs_sha256 === undefined
        ? { algorithm: 'git-sha1', value: entry.blob_id }
        : { algorithm: 'sha256', value: entry.lfs_sha256 },
  };
}
