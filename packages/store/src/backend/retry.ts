import { setTimeout as sleep } from 'node:timers/promises';
import { SaeLabError, type ErrorCode } from '@sae-lab/errors';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/**
 * Repeats what failed because the store could not be reached, with growing pauses, until it works or the store has been
 * away for `patienceSeconds`.
 *
 * @param away the errors of a store that may come back
 * @throws {SaeLabError} the last error; any other error at once; the signal's reason
 */
export async function untilReachable<T>(
  ask: () => Promise<T>,
  { patienceSeconds, signal }: { patienceSeconds: number; signal?: AbortSignal | undefined },
  away: readonly ErrorCode[] = ['store.unreachable', 'store.not-mounted'],
): Promise<T> {
  const deadline = performance.now() + 1000 * patienceSeconds;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    signal?.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      const isAway = error instanceof SaeLabError && away.includes(error.code);
      if (!isAway || performance.now() + wait > deadline) throw error;
    }
    await sleep(wait, undefined, signal === undefined ? {} : { signal });
  }
}
