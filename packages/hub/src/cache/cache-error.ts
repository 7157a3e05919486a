import { SaeLabError } from '@sae-lab/errors';
import { formatBytes } from '../format-bytes.ts';

/** Says what the operating system's refusal to write means, and what to do. Other errors are returned as they are. */
export function cacheError(error: unknown, path: string): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (error instanceof SaeLabError || syscall === undefined) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new SaeLabError('hub.disk-full', {
      problem: code === 'ENOSPC' ? 'the disk is full' : "this user's disk quota is used up",
      field: path,
      fix: 'Free some space or name another cache by HF_HUB_CACHE, then run it again: the download resumes.',
      cause: error,
    });
  }
  return new SaeLabError('hub.cache-not-writable', {
    problem: `the cache cannot be written to: ${message}`,
    field: path,
    fix: 'Make the folder writable, or name another cache by HF_HUB_CACHE.',
    cause: error,
  });
}

/** The same error before anything is written. */
export function noSpace(needed: number, free: number, folder: string): SaeLabError {
  return new SaeLabError('hub.disk-full', {
    problem: 'the download does not fit on the disk',
    field: folder,
    expected: `${formatBytes(needed)} free`,
    received: `${formatBytes(free)} free`,
    fix: 'Free some space, or name another cache by HF_HUB_CACHE.',
  });
}
