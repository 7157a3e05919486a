import type { SweepCounts } from '../report/events.ts';

/** What the command answers where no signal ended it; see its help. */
export const EXIT = { done: 0, failed: 1, invalid: 2 } as const;

/** @param interrupted the code of the signal that stopped the sweep */
export function exitCodeOf(counts: SweepCounts, interrupted: number | undefined): number {
  if (interrupted !== undefined) return interrupted;
  return counts.failed + counts.diverged > 0 ? EXIT.failed : EXIT.done;
}
