import type { Machine } from './thread-context.ts';

/**
 * Reads a task's arguments, once for all parts that a thread takes, and answers how to do a part. Which thread does it must
 * not show in the result.
 */
export type Task = (machine: Machine, args: ArrayLike<number>) => (part: number) => void;

/** The first row of a part, of shares that differ by a row at most. */
export function shareStart(rows: number, parts: number, part: number): number {
  return Math.floor((rows * part) / parts);
}
