import { setImmediate } from 'node:timers/promises';
import { SaeLabError } from '@sae-lab/errors';

const STOPPED = 'run.stopped';

/**
 * Ends a long computation early when its run was asked to stop. It lets the event loop turn first: a message of the
 * parent process would not arrive otherwise.
 *
 * @throws SaeLabError `run.stopped`
 */
export async function stopIfAsked(signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return;
  await setImmediate();
  if (signal.aborted) throw new SaeLabError(STOPPED, { problem: 'the run was asked to stop' });
}

/** What a computation gives; undefined if it was stopped. */
export async function unlessStopped<T>(computation: Promise<T>): Promise<T | undefined> {
  try {
    return await computation;
  } catch (error) {
    if (error instanceof SaeLabError && error.code === STOPPED) return undefined;
    throw error;
  }
}
