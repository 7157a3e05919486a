import type { SweepCounts } from '../report/events.ts';

/** What the command answers; see its help. */
export const EXIT = { done: 0, failed: 1, invalid: 2, interrupted: 130 } as const;

export function exitCodeOf(counts: SweepCounts, interrupted: boolean): number {
  if (interrupted) return EXIT.interrupted;
  return counts.failed + counts.diverged > 0 ? EXIT.failed : EXIT.done;
}
