import { lstat, rename, stat } from 'node:fs/promises';
import { asWriteError } from './write-atomic.ts';

type Kind = 'file' | 'folder' | 'broken link' | 'other';

const ASIDE = '.unusable';

/**
 * Renames what cannot be used, be it a file or a folder, to the first free name of `<path>.unusable`,
 * `<path>.unusable-2`, … It is out of the way, and nothing is deleted.
 *
 * @returns the new path
 * @throws SaeLabError `files.not-writable`
 */
export async function setAside(path: string): Promise<string> {
  let aside = `${path}${ASIDE}`;
  for (let number = 2; await isThere(aside); number++) aside = `${path}${ASIDE}-${number}`;
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
export async function setAsideUnless(needed: 'file' | 'folder', path: string): Promise<string | undefined> {
  const found = await kindOf(path);
  // A file that is written replaces a link to nothing. A folder cannot be made there.
  const fits = found === undefined || found === needed || (found === 'broken link' && needed === 'file');
  return fits ? undefined : setAside(path);
}

export function isSetAside(name: string): boolean {
  return /\.unusable(-\d+)?$/.test(name);
}

/** What is at a path: undefined for nothing. Links are followed. */
export async function kindOf(path: string): Promise<Kind | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return (await isThere(path)) ? 'broken link' : undefined;
  return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
