import { readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { MARKER } from '../marker.ts';

/**
 * Tells an object that is not there from a folder that is not mounted any more, which looks empty.
 *
 * @throws {SaeLabError} `store.not-mounted`
 */
export async function requireMounted(root: string): Promise<void> {
  try {
    await stat(join(root, MARKER));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new SaeLabError('store.not-mounted', {
      problem: 'the folder of the store was there and is not any more',
      field: root,
      expected: `a folder with ${MARKER}`,
      fix: 'Mount it again.',
      cause: error,
    });
  }
}

/**
 * Refuses a link whose target is not mounted: no folder can be made there, and it would look like a folder that is away
 * for a moment.
 *
 * @throws {SaeLabError} `store.not-mounted`
 */
export async function requireTarget(root: string): Promise<void> {
  try {
    await stat(root);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    const target = await readlink(root).catch(() => undefined);
    if (target === undefined) return;
    throw new SaeLabError('store.not-mounted', {
      problem: 'is a link to a folder that is not there',
      field: root,
      expected: 'a folder',
      received: `a link to ${target}`,
      fix: 'Mount the folder, or make it.',
      cause,
    });
  }
}
