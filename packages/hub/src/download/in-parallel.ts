/**
 * Runs an action for each item, a few at a time. The first failure aborts the others through their signal. It is thrown
 * after all of them have ended, so no work continues in the background.
 */
export async function inParallel<T>(
  items: readonly T[],
  most: number,
  signal: AbortSignal | undefined,
  action: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const combined = signal === undefined ? controller.signal : AbortSignal.any([controller.signal, signal]);
  const queue = [...items];
  let failure: { error: unknown } | undefined;
  const work = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      if (failure !== undefined) return;
      try {
        combined.throwIfAborted();
        await action(item, combined);
      } catch (error) {
        failure ??= { error };
        controller.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
  if (failure !== undefined) throw failure.error;
}
