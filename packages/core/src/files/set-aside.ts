import { lstat, rename, stat } from 'node:fs/promises';
import { asWriteError } from './write-atomic.ts';

type Kind = 'file' | 'folder' | 'broken link' | 'other';

const ASIDE = '.unusable';

/**
 * Renames an unusable file or folder to the first free name of `<path>.unusable`, `<path>.unusable-2`, … Deletes nothing.
 *
 * @returns the new path
 * @throws {SaeLabError} `files.not-writable`
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
 * Sets aside whatever blocks a path: a folder, pipe or socket where a file is needed, or a file where a folder is needed.
 *
 * @returns the new path, or undefined if nothing blocked it
 * @throws {SaeLabError} `files.not-writable`
 */
export async function setAsideUnless(needed: 'file' | 'folder', path: string): Promise<string | undefined> {
  const found = await kindOf(path);
  // Writing a file replaces a broken link. Creating a folder there fails.
  const fits = found === undefined || found === needed || (found === 'broken link' && needed === 'file');
  return fits ? undefined : setAside(path);
}

export function isSetAside(name: string): boolean {
  return /\.unusable(-\d+)?$/.test(name);
}

/** What is at a path, following links; undefined if there is nothing. */
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
