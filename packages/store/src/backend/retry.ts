import { setTimeout as sleep } from 'node:timers/promises';
import { SaeLabError, type ErrorCode } from '@sae-lab/errors';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/** How long a store that is away is waited for. */
export interface Patience {
  readonly patienceSeconds: number;
  /** Of the work that needs the store. */
  readonly signal?: AbortSignal | undefined;
  /** Nobody can wait any longer. */
  readonly giveUp?: AbortSignal | undefined;
}

/**
 * Repeats what failed because the store could not be reached, with growing pauses, until it works or the store has been
 * away for `patienceSeconds`.
 *
 * @param away the errors of a store that may come back
 * @throws {SaeLabError} the last error, also when `giveUp` is aborted; any other error at once; the signal's reason
 */
export async function untilReachable<T>(
  ask: () => Promise<T>,
  { patienceSeconds, signal, giveUp }: Patience,
  away: readonly ErrorCode[] = ['store.unreachable', 'store.not-mounted'],
): Promise<T> {
  const deadline = performance.now() + 1000 * patienceSeconds;
  let last: unknown = new SaeLabError('store.unreachable', {
    problem: 'the store did not answer before the time of this process was over',
  });
  const over = Promise.withResolvers<never>();
  over.promise.catch(() => {});
  const end = (): void => over.reject(last);
  giveUp?.addEventListener('abort', end);
  if (giveUp?.aborted === true) end();
  try {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
      signal?.throwIfAborted();
      try {
        return await Promise.race([over.promise, ask()]);
      } catch (error) {
        const isAway = error instanceof SaeLabError && away.includes(error.code);
        if (!isAway || error === last || performance.now() + wait > deadline) throw error;
        last = error;
      }
      await Promise.race([over.promise, sleep(wait, undefined, signal === undefined ? {} : { signal })]);
    }
  } finally {
    giveUp?.removeEventListener('abort', end);
  }
}
