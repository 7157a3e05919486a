import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tryLock } from '../store/store-lock.ts';
import { removeWindows, RING_FOLDER, ringLock } from './ring-files.ts';

/**
 * Removes the windows of all streams that no process uses. An interrupted sweep leaves them behind; if it is repeated, it
 * extracts them again.
 */
export async function removeIdleWindows(dataDir: string): Promise<void> {
  const activations = join(dataDir, 'activations');
  const names = await readdir(activations).catch((): string[] => []);
  for (const name of names.filter((one) => one.endsWith(RING_FOLDER))) {
    const ring = { folder: join(activations, name.slice(0, -RING_FOLDER.length)) };
    const lock = await tryLock(ringLock(ring));
    if (lock === undefined) continue;
    try {
      await removeWindows(ring);
    } finally {
      await lock.release();
    }
  }
}
