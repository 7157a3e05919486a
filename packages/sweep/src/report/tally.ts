import type { SweepCounts, SweepEvent } from './events.ts';

/** Counts how runs ended, from their events. */
export function startTally(): { counts: SweepCounts; add(event: SweepEvent): void } {
  const counts: SweepCounts = { finished: 0, skipped: 0, failed: 0, diverged: 0, interrupted: 0 };
  const counted = {
    'run.finished': 'finished',
    'run.skipped': 'skipped',
    'run.failed': 'failed',
    'run.diverged': 'diverged',
    'run.interrupted': 'interrupted',
  } as const;
  return {
    counts,
    add({ type }) {
      if (type in counted) counts[counted[type as keyof typeof counted]] += 1;
    },
  };
}
