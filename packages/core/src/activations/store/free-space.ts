import { statfs } from 'node:fs/promises';
import { SaeLabError } from '@sae-lab/errors';
import { makeFolder } from '../../files/write-atomic.ts';
import { removeIdleWindows } from '../stream/idle-windows.ts';

/** Free disk space under a folder, in bytes. Creates the folder if necessary. */
export async function freeBytes(folder: string): Promise<number> {
  await makeFolder(folder);
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/**
 * Checks that activations fit the disk. If they do not, removes what interrupted streams left behind.
 *
 * @throws {SaeLabError} `activations.no-space` if more bytes are needed than free
 */
export async function requireSpace(needed: number, dataDir: string): Promise<void> {
  if (needed <= (await freeBytes(dataDir))) return;
  await removeIdleWindows(dataDir);
  const free = await freeBytes(dataDir);
  if (needed > free) throw noSpace(needed, free, dataDir);
}

export function noSpace(needed: number, free: number, folder: string, cause?: unknown): SaeLabError {
  return new SaeLabError('activations.no-space', {
    problem: 'the activations do not fit on the disk',
    field: folder,
    expected: `about ${megabytes(needed)} free`,
    received: `${megabytes(free)} free`,
    fix:
      "Free some space, set maxRows, store float16, use another data folder, or stream a language model's activations " +
      "in smaller windows (activations.store: 'stream', training.windowRows). " +
      'Then run the same command again: it keeps what is already extracted.',
    cause,
  });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
