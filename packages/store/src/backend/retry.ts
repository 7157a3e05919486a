import { setTimeout as sleep } from 'node:timers/promises';
import { SaeLabError, type ErrorCode } from '@sae-lab/errors';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;
/** For an answer once nobody can wait any longer. */
const LAST_TRY_MS = 5_000;

/** How long a store that is away is waited for. */
export interface Patience {
  readonly patienceSeconds: number;
  /** Of the work that needs the store. */
  readonly signal?: AbortSignal | undefined;
  /** Nobody can wait any longer: the store is asked one last time, and not for long. */
  readonly giveUp?: AbortSignal | undefined;
}

/**
 * Repeats what failed because the store could not be reached, with growing pauses, until it works or the store has been
 * away for `patienceSeconds`.
 *
 * @param away the errors of a store that may come back
 * @throws {SaeLabError} the last error; any other error at once; the signal's reason
 */
export async function untilReachable<T>(
  ask: () => Promise<T>,
  { patienceSeconds, signal, giveUp }: Patience,
  away: readonly ErrorCode[] = ['store.unreachable', 'store.not-mounted'],
): Promise<T> {
  const deadline = performance.now() + 1000 * patienceSeconds;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    signal?.throwIfAborted();
    try {
      return await (giveUp === undefined ? ask() : beforeTheEnd(ask(), giveUp));
    } catch (error) {
      const isAway = error instanceof SaeLabError && away.includes(error.code);
      const isOver = giveUp?.aborted === true || performance.now() + wait > deadline;
      if (!isAway || isOver) throw error;
    }
    const woken = AbortSignal.any([signal, giveUp].filter((one) => one !== undefined));
    await sleep(wait, undefined, { signal: woken }).catch((error: unknown) => {
      // One last try.
      if (giveUp?.aborted !== true) throw error;
    });
  }
}

/** Waits for an answer, for a short time only once nobody can wait any longer. */
async function beforeTheEnd<T>(answer: Promise<T>, giveUp: AbortSignal): Promise<T> {
  const over = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    timer = setTimeout(() => over.reject(tooLate()), LAST_TRY_MS);
  };
  if (giveUp.aborted) begin();
  else giveUp.addEventListener('abort', begin);
  try {
    return await Promise.race([answer, over.promise]);
  } finally {
    clearTimeout(timer);
    giveUp.removeEventListener('abort', begin);
  }
}

function tooLate(): SaeLabError {
  return new SaeLabError('store.unreachable', {
    problem: 'the store did not answer before the time of this process was over',
  });
}
