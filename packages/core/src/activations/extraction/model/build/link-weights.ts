/** Places weight files next to a graph, as hard links where the file system allows it. */
import { constants, copyFile, link, lstat, realpath, rename, rm } from 'node:fs/promises';
import { hash, randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';

/**
 * Makes a file available in a folder, as a hard link to the real file. ONNX Runtime refuses symbolic links, and snapshots
 * in the hub's cache consist of them. Where no hard link can be made (another file system, another owner), the file is
 * copied.
 *
 * The name contains a hash of the file's identity, size and time. An earlier link is reused; a link to weights that have
 * since changed is not.
 *
 * @returns the file's name in the folder
 * @throws {SaeLabError} `model.not-linked`
 */
export async function linkWeights(file: string, folder: string): Promise<string> {
  try {
    const source = await realpath(file);
    const { dev, ino, size, mtimeMs } = await lstat(source);
    const identity = hash('sha256', JSON.stringify([dev, ino, size, mtimeMs])).slice(0, 12);
    const name = `${basename(file, '.safetensors')}.${identity}.safetensors`;
    const target = join(folder, name);
    if (await exists(target)) return name;
    await link(source, target).catch(async (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EEXIST') await copy(source, target);
    });
    return name;
  } catch (cause) {
    throw new SaeLabError('model.not-linked', {
      problem: `cannot link or copy the weights: ${(cause as Error).message}`,
      field: folder,
      expected: `a writable folder on the same file system, or with space for ${basename(file)}`,
      fix: 'Free disk space, or move the data folder to the file system of the weights.',
      cause,
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Copies under a temporary name first, so an interrupted copy never gets the final name. */
async function copy(source: string, target: string): Promise<void> {
  const temporary = `${target}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await copyFile(source, temporary, constants.COPYFILE_FICLONE);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}
