import { setTimeout as sleep } from 'node:timers/promises';
import type { SaeLabError } from '@sae-lab/errors';
import type { RetrySettings } from '../settings.ts';

/** A failure that may be gone on the next attempt. Callers of this package never see it. */
export class TransientFailure extends Error {
  /** What to throw once all attempts have failed. */
  readonly reason: SaeLabError;
  /** Seconds that the server asked to wait. */
  readonly wait: number | undefined;

  constructor(reason: SaeLabError, wait?: number) {
    super(reason.message, { cause: reason });
    this.reason = reason;
    this.wait = wait;
  }
}

/** Counts failures in a row and waits between attempts. */
export interface Patience {
  /** Waits before the next attempt, or throws the reason of the failure when there is none left. */
  failed(failure: TransientFailure): Promise<void>;
  /** Something new has arrived: the count starts over. */
  succeeded(): void;
}

/** @param signal ends the wait with its reason */
export function patience(retry: RetrySettings, signal?: AbortSignal): Patience {
  let failures = 0;
  return {
    async failed(failure) {
      failures++;
      const wait = failure.wait ?? 0;
      if (failures >= retry.attempts || wait > retry.longestDelay) throw failure.reason;
      // Half of it by chance, so that many clients of a busy server do not come back all at once.
      const backoff = retry.firstDelay * 2 ** (failures - 1) * (0.5 + Math.random() / 2);
      await sleep(1000 * Math.max(wait, Math.min(backoff, retry.longestDelay)), undefined, { signal }).catch(
        (error: unknown) => {
          signal?.throwIfAborted();
          throw error;
        },
      );
    },
    succeeded() {
      failures = 0;
    },
  };
}

/** Repeats an action while it fails with a {@link TransientFailure}. */
export async function withRetries<T>(
  retry: RetrySettings,
  signal: AbortSignal | undefined,
  action: () => Promise<T>,
): Promise<T> {
  const attempts = patience(retry, signal);
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof TransientFailure)) throw error;
      await attempts.failed(error);
    }
  }
}
