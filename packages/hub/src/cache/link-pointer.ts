import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { dirname, relative } from 'node:path';

/**
 * Links a blob into a snapshot atomically. The link is relative, so the whole cache can be moved. Where symbolic links
 * are not available, the blob is copied.
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
