import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { dirname, relative } from 'node:path';

/**
 * Puts a blob at its path in a snapshot, in one step: as a relative link, so that the cache can be moved, or as a copy
 * where there are no links.
 */
export async function linkPointer(blob: string, pointer: string, symlinks: boolean): Promise<void> {
  await mkdir(dirname(pointer), { recursive: true });
  const temporary = `${pointer}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const linked = symlinks && (await isLinked(relative(dirname(pointer), blob), temporary));
    if (!linked) await copyFile(blob, temporary);
    await rename(temporary, pointer);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function isLinked(target: string, path: string): Promise<boolean> {
  try {
    await symlink(target, path);
    return true;
  } catch (error) {
    if (/^(EPERM|ENOSYS|ENOTSUP|EOPNOTSUPP|EINVAL)$/.test((error as NodeJS.ErrnoException).code ?? '')) {
      return false;
    }
    throw error;
  }
}
