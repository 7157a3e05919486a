import type { RunStatus, SweepWithCounts } from '@sae-lab/db/reading';
import { integer, labelOfKey } from '@sae-lab/measures';

/** The order in which counts are shown. */
export const STATUSES = [
  'finished',
  'running',
  'queued',
  'interrupted',
  'failed',
  'diverged',
  'cancelled',
] as const satisfies readonly RunStatus[];

export function statusColor(status: RunStatus): string {
  return `var(--status-${status})`;
}

/** What a status means and what to do about it. */
export const STATUS_MEANING: Readonly<Record<RunStatus, string>> = {
  finished: 'Trained, evaluated and saved.',
  running: 'A worker is training this run.',
  queued: 'Waiting for a worker.',
  interrupted: 'No worker is training this run. Start the sweep again to resume from the last checkpoint.',
  failed: 'Ended with an error. Start the sweep again to retry.',
  diverged: 'The loss or a weight became non-finite, or the reconstruction exploded.',
  cancelled: 'Cancelled in the dashboard. Retry to take it up where it stopped.',
};

const SWEEP_STATUS_MEANING: Readonly<Record<SweepWithCounts['status'], string>> = {
  finished: 'All runs have finished.',
  running: 'The sweep command, or a worker, is training its runs.',
  queued: 'Its runs wait for workers: start `pnpm worker`.',
  interrupted: 'Stopped before all runs finished. Start the sweep again to continue.',
  failed: 'Some runs failed or diverged.',
  cancelled: 'Cancelled in the dashboard. Retry takes its runs up where they stopped.',
};

/** How the badge of a sweep reads: a sweep whose runs only diverged has not failed, and one with results is not cancelled. */
export function sweepBadge(
  status: SweepWithCounts['status'],
  counts: SweepWithCounts['runs'],
): { status: RunStatus; label: string; title: string } {
  const [failed, diverged, cancelled] = [counts.failed ?? 0, counts.diverged ?? 0, counts.cancelled ?? 0];
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (status === 'cancelled' && cancelled > 0 && cancelled < total) {
    return { status, label: `${integer(cancelled)} cancelled`, title: SWEEP_STATUS_MEANING.cancelled };
  }
  if (status !== 'failed' || failed + diverged === 0) {
    const title =
      status === 'failed' ? 'The sweep command ended with an error.' : SWEEP_STATUS_MEANING[status];
    return { status, label: labelOfKey(status), title };
  }
  const title = SWEEP_STATUS_MEANING.failed;
  const share = (count: number): string => (count === total ? 'All' : integer(count));
  return failed === 0
    ? { status: 'diverged', label: `${share(diverged)} diverged`, title }
    : { status: 'failed', label: `${share(failed)} failed`, title };
}
