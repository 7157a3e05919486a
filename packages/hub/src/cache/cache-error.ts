import { SaeLabError } from '@sae-lab/errors';
import { formatBytes } from '../format-bytes.ts';

/** Explains why the operating system refused a write and what to do. Returns other errors unchanged. */
export function cacheError(error: unknown, path: string): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (error instanceof SaeLabError || syscall === undefined) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new SaeLabError('hub.disk-full', {
      problem: code === 'ENOSPC' ? 'the disk is full' : "this user's disk quota is used up",
      field: path,
      fix: 'Free some space or set HF_HUB_CACHE to another folder, then run it again: the download resumes.',
      cause: error,
    });
  }
  return new SaeLabError('hub.cache-not-writable', {
    problem: `the cache cannot be written to: ${message}`,
    field: path,
    fix: 'Make the folder writable, or set HF_HUB_CACHE to another one.',
    cause: error,
  });
}

/** The error for a download that does not fit, thrown before it starts. */
export function noSpace(needed: number, free: number, folder: string): SaeLabError {
  return new SaeLabError('hub.disk-full', {
    problem: 'the download does not fit on the disk',
    field: folder,
    expected: `${formatBytes(needed)} free`,
    received: `${formatBytes(free)} free`,
    fix: 'Free some space, or set HF_HUB_CACHE to a folder on another disk.',
  });
}
