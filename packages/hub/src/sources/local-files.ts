import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import picomatch from 'picomatch';
import { shortList } from '../format-bytes.ts';
import type { ByteSource } from './byte-source.ts';
import { formatOf } from './file-format.ts';
import { localSource } from './local-source.ts';

/**
 * Finds local data files: a single file, all files in a supported format in a folder and its subfolders, or the matches
 * of a glob. They are sorted by path, so a corpus is the same on every machine.
 *
 * @example
 * await localFiles('corpus/*.jsonl.zst');
 *
 * @throws {SaeLabError} hub.no-matching-files
 */
export async function localFiles(path: string): Promise<ByteSource[]> {
  const kind = await stat(path).then(
    (found) => (found.isDirectory() ? 'folder' : 'file'),
    () => undefined,
  );
  if (kind === 'file') return [await localSource(path)];
  const { base, glob } = picomatch.scan(path);
  const folder = kind === 'folder' ? path : base === '' ? '.' : base;
  const isWanted =
    kind === 'folder' ? isReadable : glob === '' ? undefined : picomatch(glob, { nonegate: true });
  const there = isWanted === undefined ? [] : await filesUnder(folder);
  const chosen = there.filter((file) => isWanted?.(file));
  if (chosen.length === 0) throw noFiles(path, kind, there);
  return Promise.all(chosen.map((file) => localSource(join(folder, file))));
}

/** Skips hidden files, as a shell does. */
async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.split('/').some((part) => part.startsWith('.')))
    .toSorted();
}

function isReadable(path: string): boolean {
  return formatOf(path) !== undefined;
}

function noFiles(path: string, kind: 'folder' | undefined, there: readonly string[]): SaeLabError {
  return new SaeLabError('hub.no-matching-files', {
    problem: kind === 'folder' ? 'the folder has no files in a supported format' : 'no file matches the path',
    field: describeValue(path),
    expected:
      'a file, folder or glob of .parquet, .jsonl or .txt files, optionally compressed as .gz or .zst',
    received: there.length === 0 ? `nothing at ${resolve(path)}` : shortList(there),
    fix: 'Correct the path.',
  });
}
