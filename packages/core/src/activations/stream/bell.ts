/** Wakes everything that waits for a change. */
export interface Bell {
  ring(): void;
  /** Resolves at the next ring. Rejects if the bell failed. */
  wait(): Promise<void>;
  /** Rejects everything that waits, now and later. */
  fail(error: unknown): void;
}

export function createBell(): Bell {
  let next = Promise.withResolvers<void>();
  let failed = false;
  next.promise.catch(() => {}); // often nothing waits
  return {
    wait: () => next.promise,
    ring() {
      if (failed) return;
      next.resolve();
      next = Promise.withResolvers<void>();
      next.promise.catch(() => {});
    },
    fail(error) {
      failed = true;
      next.reject(error);
    },
  };
}
