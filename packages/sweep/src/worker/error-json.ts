import { describeValue, SaeLabError } from '@sae-lab/errors';
import type { ErrorJson } from './protocol.ts';

/**
 * Turns any thrown value into JSON. An error that is not a SaeLabError, most likely a bug in a variant, gets the code
 * `run.failed` and the place where it was thrown, and keeps its stack.
 */
export function errorJson(error: unknown): ErrorJson {
  const stack = error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {};
  if (error instanceof SaeLabError) return { ...error.toJSON(), ...stack };
  const problem =
    error instanceof Error
      ? `${error.name}: ${error.message}`
      : `${describeValue(error)} was thrown instead of an Error`;
  const origin = originOf(stack.stack);
  const located = origin === undefined ? problem : `${problem} (${origin})`;
  return { ...new SaeLabError('run.failed', { problem: located }).toJSON(), ...stack };
}

/** The innermost stack frame outside of libraries. */
function originOf(stack: string | undefined): string | undefined {
  return stack
    ?.split('\n')
    .map((line) => line.trim())
    .find((line) => line.startsWith('at ') && !line.includes('node_modules') && !line.includes('node:'));
}
