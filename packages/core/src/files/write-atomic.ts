import { randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';

/**
 * Writes a file under a temporary name beside it, flushes it to the disk and renames it, so that a reader
 * sees the old file or the whole new one, whatever interrupts the writer.
 *
 * @throws SaeLabError `files.disk-full` and `files.not-writable`
 */
export async function writeAtomic(
  path: string,
  content: string | Uint8Array | ((file: FileHandle) => Promise<void>),
): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      if (typeof content === 'function') await content(file);
      else await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw asWriteError(error, path);
  }
}

/** Turns the operating system's word for a failed write into one that says what to do. */
export function asWriteError(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new SaeLabError('files.disk-full', {
      problem: 'the disk is full',
      field: path,
      fix: `Free some space under ${dirname(path)} and run the same command again: it goes on from what is done.`,
      cause: error,
    });
  }
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return new SaeLabError('files.not-writable', {
      problem: `cannot be written (${code})`,
      field: path,
      fix: 'Make the folder writable, or name another one by SAE_LAB_DATA.',
      cause: error,
    });
  }
  return error;
}
