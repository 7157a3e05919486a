import { statfs } from 'node:fs/promises';
import { SaeLabError } from '@sae-lab/errors';
import { makeFolder } from '../../files/write-atomic.ts';

/** Free disk space under a folder, in bytes. Creates the folder if necessary. */
export async function freeBytes(folder: string): Promise<number> {
  await makeFolder(folder);
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** @throws {SaeLabError} `activations.no-space` if more bytes are needed than free */
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
      'Free some space, set maxRows, store float16, or use another data folder. ' +
      'Then run the same command again: it keeps what is already extracted.',
    cause,
  });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
