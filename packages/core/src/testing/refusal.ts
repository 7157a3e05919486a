import { SaeLabError } from '@sae-lab/errors';

/** The value of an action, or the SaeLabError that it throws. Rethrows any other error. */
export async function settled<T>(
  act: () => T | Promise<T>,
): Promise<{ value: T; error?: never } | { value?: never; error: SaeLabError }> {
  try {
    return { value: await act() };
  } catch (error) {
    if (error instanceof SaeLabError) return { error };
    throw error;
  }
}
