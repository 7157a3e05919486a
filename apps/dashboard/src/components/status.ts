import type { RunStatus, SweepWithCounts } from '@sae-lab/db/reading';

/** The order in which counts are shown. */
export const STATUSES = [
  'finished',
  'running',
  'queued',
  'interrupted',
  'failed',
  'diverged',
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
};

export const SWEEP_STATUS_MEANING: Readonly<Record<SweepWithCounts['status'], string>> = {
  finished: 'All runs have finished.',
  running: 'The sweep command is training its runs.',
  interrupted: 'Stopped before all runs finished. Start the sweep again to continue.',
  failed: 'Some runs failed or diverged.',
};
