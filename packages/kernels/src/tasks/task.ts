import type { ThreadContext } from './thread-context.ts';

/**
 * Reads a task's arguments, once per thread, and returns a function that runs one part. The result must not depend on which
 * thread runs a part.
 */
export type Task = (context: ThreadContext, args: ArrayLike<number>) => (part: number) => void;

/** The first row of a part. Parts differ by at most one row. */
export function shareStart(rows: number, parts: number, part: number): number {
  return Math.floor((rows * part) / parts);
}
