import type { SweepCounts, SweepEvent } from './events.ts';

const COUNTED = {
  'run.finished': 'finished',
  'run.skipped': 'skipped',
  'run.failed': 'failed',
  'run.diverged': 'diverged',
  'run.interrupted': 'interrupted',
  'run.cancelled': 'cancelled',
} as const satisfies Partial<Record<SweepEvent['type'], keyof SweepCounts>>;

/** How the runs of a sweep ended, so far. */
export interface Tally {
  readonly counts: SweepCounts;
  /** Counts an event and passes it on. */
  readonly report: (event: SweepEvent) => void;
}

/** Counts how runs ended, from their events. A run that is trained again counts as it ended last. */
export function startTally(reportTo: (event: SweepEvent) => void): Tally {
  const counts: SweepCounts = {
    finished: 0,
    skipped: 0,
    failed: 0,
    diverged: 0,
    interrupted: 0,
    cancelled: 0,
  };
  const ends = new Map<string, keyof SweepCounts>();
  const count = (event: SweepEvent): void => {
    if (!(event.type in COUNTED)) return;
    const { runHash } = event as Extract<SweepEvent, { type: keyof typeof COUNTED }>;
    const before = ends.get(runHash);
    if (before !== undefined) counts[before] -= 1;
    const end = COUNTED[event.type as keyof typeof COUNTED];
    ends.set(runHash, end);
    counts[end] += 1;
  };
  return {
    counts,
    report(event) {
      count(event);
      reportTo(event);
    },
  };
}
