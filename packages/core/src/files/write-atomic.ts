import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { isAlive, thisHost } from './is-alive.ts';

/** A temporary file of another machine or container counts as left behind after this time without a write. */
const STALE_MS = 3_600_000;

/**
 * Writes a file under a temporary name next to it, flushes it to disk and renames it. A reader sees either the old file or
 * the complete new one, even if the writer is killed. First removes temporary files that killed writers left behind.
 *
 * @throws {SaeLabError} `files.disk-full`, `files.too-large`, `files.not-writable`, `files.not-a-file`, `files.not-written`
 */
export async function writeAtomic(
  path: string,
  content: string | Uint8Array | ((file: FileHandle) => Promise<void>),
): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.${process.pid}@${thisHost()}${TEMPORARY}`;
  try {
    await removeLeftovers(path);
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

/** Removes a file, and the temporary files that killed writers of it left behind. */
export async function removeWritten(path: string): Promise<void> {
  await removeLeftovers(path);
  await rm(path, { force: true });
}

/**
 * Creates a folder and its parents.
 *
 * @throws {SaeLabError} `files.disk-full`, `files.not-writable` and `files.not-a-folder`
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw asWriteError(error, path);
  }
}

const TEMPORARY = '.tmp';

async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  // The writer reports a missing folder.
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(`${basename(path)}.`) || !name.endsWith(TEMPORARY)) continue;
    const leftover = join(folder, name);
    const isFile = (await stat(leftover).catch(() => undefined))?.isFile() === true;
    if (isFile && (await isAbandoned(leftover))) await rm(leftover, { force: true });
  }
}

async function isAbandoned(temporary: string): Promise<boolean> {
  const [, pid, host = ''] = /\.(\d+)@(.*)\.tmp$/.exec(temporary) ?? [];
  const alive = isAlive({ host, pid: Number(pid), started: '' });
  if (alive !== undefined) return !alive;
  const found = await stat(temporary).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > STALE_MS;
}

/** The file that is in the way of a folder in this path. */
function fileAbove(path: string): string {
  const above = dirname(path);
  if (above === path) return path;
  // Below a file, statSync returns undefined instead of throwing.
  return statSync(path, { throwIfNoEntry: false }) === undefined ? fileAbove(above) : path;
}

/** Converts the operating system's error for a failed write to one that says what to do. */
export function asWriteError(error: unknown, path: string): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new SaeLabError('files.disk-full', {
      problem: code === 'ENOSPC' ? 'the disk is full' : "this user's disk quota is used up",
      field: path,
      fix: `Free some space under ${dirname(path)}, and run the same command again to resume.`,
      cause: error,
    });
  }
  if (code === 'EFBIG') {
    return new SaeLabError('files.too-large', {
      problem: 'the file exceeds the size limit of this process or the file system (EFBIG)',
      field: path,
      fix: "Raise the shell's limit (`ulimit -f unlimited`), or set SAE_LAB_DATA to a folder on another disk.",
      cause: error,
    });
  }
  if (code === 'EISDIR' || code === 'ENOTEMPTY') {
    return new SaeLabError('files.not-a-file', {
      problem: 'is a folder, where a file is needed',
      field: path,
      fix: 'Move the folder away, or set SAE_LAB_DATA to another folder.',
      cause: error,
    });
  }
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return new SaeLabError('files.not-a-folder', {
      problem: 'is a file, where a folder is needed',
      field: fileAbove(path),
      fix: 'Move the file away, or set SAE_LAB_DATA to another folder.',
      cause: error,
    });
  }
  // On a read-only file system Node's recursive mkdir fails with ENOENT.
  const readOnly = code === 'EROFS' || (code === 'ENOENT' && syscall === 'mkdir');
  if (readOnly || code === 'EACCES' || code === 'EPERM') {
    return new SaeLabError('files.not-writable', {
      problem: `cannot be written (${readOnly ? 'EROFS' : code})`,
      field: path,
      fix: 'Make the folder writable, or set SAE_LAB_DATA to another one.',
      cause: error,
    });
  }
  // Only errors of the operating system have a syscall.
  if (syscall === undefined) return error;
  return new SaeLabError('files.not-written', {
    problem: `cannot be written: ${message}`,
    field: path,
    fix: 'Check the disk, or set SAE_LAB_DATA to another folder.',
    cause: error,
  });
}
