import { lstat, rename, stat } from 'node:fs/promises';
import { asWriteError } from './write-atomic.ts';

/**
 * Renames what stands at a path to the first free name of `<path>.unusable`, `<path>.unusable-2`, … Nothing is
 * deleted: its owner may want to know what it was.
 *
 * @returns the new path
 * @throws SaeLabError `files.not-writable`
 */
export async function setAside(path: string): Promise<string> {
  let aside = `${path}.unusable`;
  for (let n = 2; (await lstat(aside).catch(() => undefined)) !== undefined; n++) {
    aside = `${path}.unusable-${n}`;
  }
  try {
    await rename(path, aside);
  } catch (error) {
    throw asWriteError(error, path);
  }
  return aside;
}

/**
 * Sets aside what is not of the kind that is needed at a path: a folder, pipe or socket where a file is written, or
 * a file where a folder is made.
 *
 * @returns where it is now; undefined if the path is free or of that kind
 * @throws SaeLabError `files.not-writable`
 */
export async function setAsideUnless(kind: 'file' | 'folder', path: string): Promise<string | undefined> {
  // A link to nothing has no kind but its own. A file replaces it; a folder cannot be made there.
  const found = (await stat(path).catch(() => undefined)) ?? (await lstat(path).catch(() => undefined));
  if (found === undefined) return undefined;
  const fits = kind === 'folder' ? found.isDirectory() : found.isFile() || found.isSymbolicLink();
  return fits ? undefined : setAside(path);
}
