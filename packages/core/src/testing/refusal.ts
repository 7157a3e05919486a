import { SaeLabError } from '@sae-lab/errors';

/** What came of an action that may be refused: its value or the SaeLabError. Anything else thrown is thrown on. */
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
