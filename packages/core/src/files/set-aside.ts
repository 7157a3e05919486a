import { lstat, rename, stat } from 'node:fs/promises';

/**
 * Gives what cannot be used, be it a file or a folder, a name beside its own that nothing has: it is out of the way,
 * and nothing is deleted.
 *
 * @returns the new path
 */
export async function setAside(path: string): Promise<string> {
  let aside = `${path}${ASIDE}`;
  for (let number = 2; await isThere(aside); number++) aside = `${path}${ASIDE}-${number}`;
  await rename(path, aside);
  return aside;
}

export function isSetAside(name: string): boolean {
  return /\.unusable(-\d+)?$/.test(name);
}

/** What is at a path: undefined for nothing. Links are followed, those to nothing are 'other'. */
export async function kindOf(path: string): Promise<'file' | 'folder' | 'other' | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return (await isThere(path)) ? 'other' : undefined;
  return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
}

const ASIDE = '.unusable';

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
