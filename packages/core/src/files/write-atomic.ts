import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { isAlive, thisHost } from './is-alive.ts';

/** What a writer on another machine, or in another container, has not touched for so long was left behind. */
const STALE_MS = 3_600_000;

/**
 * Writes a file under a temporary name beside it, flushes it to the disk and renames it, so that a reader
 * sees the old file or the whole new one, whatever interrupts the writer. What a killed writer of the same file
 * left behind is removed first.
 *
 * @throws SaeLabError `files.disk-full`, `files.too-large`, `files.not-writable`, `files.not-a-file`, `files.not-written`
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

/** Removes a file, and what killed writers of it left behind. */
export async function removeWritten(path: string): Promise<void> {
  await removeLeftovers(path);
  await rm(path, { force: true });
}

/**
 * Makes a folder and those above it.
 *
 * @throws SaeLabError `files.disk-full`, `files.not-writable` and `files.not-a-folder`
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
  // A folder that is missing is the writer's to complain of.
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

/** The file that stands where a folder of this path is needed. */
function fileAbove(path: string): string {
  const above = dirname(path);
  if (above === path) return path;
  // Where something above is no folder, this answers nothing rather than throwing.
  return statSync(path, { throwIfNoEntry: false }) === undefined ? fileAbove(above) : path;
}

/** Turns the operating system's word for a failed write into one that says what to do. */
export function asWriteError(error: unknown, path: string): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new SaeLabError('files.disk-full', {
      problem: code === 'ENOSPC' ? 'the disk is full' : "this user's disk quota is used up",
      field: path,
      fix: `Free some space under ${dirname(path)} and run the same command again: it goes on from what is done.`,
      cause: error,
    });
  }
  if (code === 'EFBIG') {
    return new SaeLabError('files.too-large', {
      problem: 'the file is larger than this process, or the file system, may write (EFBIG)',
      field: path,
      fix: 'Raise the limit of the shell (`ulimit -f unlimited`), or name a data folder on another disk by SAE_LAB_DATA.',
      cause: error,
    });
  }
  if (code === 'EISDIR' || code === 'ENOTEMPTY') {
    return new SaeLabError('files.not-a-file', {
      problem: 'there is a folder where a file is needed',
      field: path,
      fix: 'Move the folder away, or name another data folder by SAE_LAB_DATA.',
      cause: error,
    });
  }
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return new SaeLabError('files.not-a-folder', {
      problem: 'there is a file where a folder is needed',
      field: fileAbove(path),
      fix: 'Move the file away, or name another data folder by SAE_LAB_DATA.',
      cause: error,
    });
  }
  // The last is Node's word for a read-only file system, when it makes a folder with those above it.
  const readOnly = code === 'EROFS' || (code === 'ENOENT' && syscall === 'mkdir');
  if (readOnly || code === 'EACCES' || code === 'EPERM') {
    return new SaeLabError('files.not-writable', {
      problem: `cannot be written (${readOnly ? 'EROFS' : code})`,
      field: path,
      fix: 'Make the folder writable, or name another one by SAE_LAB_DATA.',
      cause: error,
    });
  }
  // Only errors of the operating system name a call.
  if (syscall === undefined) return error;
  return new SaeLabError('files.not-written', {
    problem: `cannot be written: ${message}`,
    field: path,
    fix: 'Check the disk, or name another data folder by SAE_LAB_DATA.',
    cause: error,
  });
}
