import { setImmediate } from 'node:timers/promises';
import { SaeLabError } from '@sae-lab/errors';

const STOPPED = 'run.stopped';

/**
 * Ends a long computation if its run was asked to stop. Yields to the event loop first: otherwise the parent's message
 * would not arrive.
 *
 * @throws {SaeLabError} `run.stopped`
 */
export async function stopIfAsked(signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return;
  await setImmediate();
  if (signal.aborted) throw new SaeLabError(STOPPED, { problem: 'the run was asked to stop' });
}

/** The result of a computation, or undefined if it was stopped. */
export async function unlessStopped<T>(computation: Promise<T>): Promise<T | undefined> {
  try {
    return await computation;
  } catch (error) {
    if (error instanceof SaeLabError && error.code === STOPPED) return undefined;
    throw error;
  }
}
