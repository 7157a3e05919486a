import type { Claims } from '@sae-lab/db';
import type { Origin } from '../queue/queues.ts';
import type { ServeEvent } from './events.ts';

/**
 * Joins each sweep of the queue once, and says so if a sweep was planned with another commit.
 *
 * @param own commit of this checkout
 */
export function welcomer(
  claims: Claims,
  own: string | null,
  report: (event: ServeEvent) => void,
): (origin: Origin, how: { join: boolean }) => Promise<void> {
  const joined = new Set<number>();
  const said = new Set<string | null>();
  return async ({ sweepId, commit }, { join }) => {
    if (join && !joined.has(sweepId)) {
      joined.add(sweepId);
      await claims.joinSweep(sweepId);
    }
    if (commit === own || said.has(commit)) return;
    said.add(commit);
    const name = (hash: string | null): string => (hash === null ? 'no commit' : hash.slice(0, 12));
    const message =
      `Sweep ${sweepId} was planned with ${name(commit)}, and this checkout is at ${name(own)}. ` +
      'Runs are trained as long as the versions of their mathematics agree.';
    report({ type: 'sweep.warning', message });
  };
}
