import type { Claims } from '@sae-lab/db';
import { takenOver } from '../worker/lease.ts';

/**
 * Waits for work that a lost claim makes useless, e.g. for a store that is away. The work itself continues.
 *
 * @throws {SaeLabError} `run.taken-over`, the error of the database that ended the claims, and what the work throws
 */
export async function unlessLost<T>({ lost }: Claims, work: Promise<T>): Promise<T> {
  const over = Promise.withResolvers<never>();
  const end = (): void => over.reject(lost.reason ?? takenOver());
  if (lost.aborted) end();
  lost.addEventListener('abort', end);
  try {
    return await Promise.race([over.promise, work]);
  } finally {
    lost.removeEventListener('abort', end);
    // Nobody else listens to them.
    over.promise.catch(() => {});
    work.catch(() => {});
  }
}
