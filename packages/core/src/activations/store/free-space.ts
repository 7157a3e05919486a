import { statfs } from 'node:fs/promises';
import { SaeLabError } from '@sae-lab/errors';
import { makeFolder } from '../../files/write-atomic.ts';

/** Bytes that can be written under a folder, which is made if need be. */
export async function freeBytes(folder: string): Promise<number> {
  await makeFolder(folder);
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** @throws SaeLabError `activations.no-space` when the bytes needed are more than those that are free */
export function requireSpace(needed: number, free: number, folder: string): void {
  if (needed > free) throw noSpace(needed, free, folder);
}

export function noSpace(needed: number, free: number, folder: string, cause?: unknown): SaeLabError {
  return new SaeLabError('activations.no-space', {
    problem: 'the activations do not fit on the disk',
    field: folder,
    expected: `about ${megabytes(needed)} free`,
    received: `${megabytes(free)} free`,
    fix:
      'Free some space, set maxRows, store them as float16, or name another data folder; what is extracted so far ' +
      'is kept, and the same command goes on from it.',
    cause,
  });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
