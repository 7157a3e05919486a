import { setTimeout as sleep } from 'node:timers/promises';
import type { SaeLabError } from '@sae-lab/errors';
import type { RetrySettings } from '../settings.ts';

/** A failure that a retry may fix. It never leaves this package. */
export class TransientFailure extends Error {
  /** The error to throw after the last attempt. */
  readonly reason: SaeLabError;
  /** Seconds that the server asks to wait. */
  readonly wait: number | undefined;

  constructor(reason: SaeLabError, wait?: number) {
    super(reason.message, { cause: reason });
    this.reason = reason;
    this.wait = wait;
  }
}

/** Counts consecutive failures and waits between attempts. */
export interface Patience {
  /** Waits before the next attempt, or throws the failure's reason if no attempts are left. */
  failed(failure: TransientFailure): Promise<void>;
  /** Resets the count after new data has arrived. */
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
      // Random jitter, so that many clients do not return to a busy server at once.
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

/** Retries an action while it fails with a {@link TransientFailure}. */
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
