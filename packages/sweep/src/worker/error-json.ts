import { describeValue, SaeLabError } from '@sae-lab/errors';
import type { ErrorJson } from './protocol.ts';

/**
 * Any thrown value as JSON. What is no SaeLabError, most likely a fault of a variant, gets the code `run.failed`,
 * says where it was thrown, and keeps its stack.
 */
export function errorJson(error: unknown): ErrorJson {
  const stack = error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {};
  if (error instanceof SaeLabError) return { ...error.toJSON(), ...stack };
  const problem =
    error instanceof Error
      ? `${error.name}: ${error.message}`
      : `${describeValue(error)} was thrown, which is no error`;
  const origin = originOf(stack.stack);
  const located = origin === undefined ? problem : `${problem} (${origin})`;
  return { ...new SaeLabError('run.failed', { problem: located }).toJSON(), ...stack };
}

/** The innermost frame that is not a library's. */
function originOf(stack: string | undefined): string | undefined {
  return stack
    ?.split('\n')
    .map((line) => line.trim())
    .find((line) => line.startsWith('at ') && !line.includes('node_modules') && !line.includes('node:'));
}
