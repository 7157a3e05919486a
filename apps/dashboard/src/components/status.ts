import type { RunStatus, SweepWithCounts } from '@sae-lab/db/reading';

/** In the order in which counts are shown. */
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

/** What a status means, and what to do about it. */
export const STATUS_MEANING: Readonly<Record<RunStatus, string>> = {
  finished: 'Trained, evaluated and saved',
  running: 'A worker is training it',
  queued: 'Waits for a worker',
  interrupted: 'No worker has it; start the sweep again, and it continues from its last checkpoint',
  failed: 'Ended by an error; start the sweep again to retry it',
  diverged: 'The loss or the weights stopped being finite',
};

export const SWEEP_STATUS_MEANING: Readonly<Record<SweepWithCounts['status'], string>> = {
  finished: 'All of its runs are finished',
  running: 'The sweep command is training its runs',
  interrupted: 'Stopped before all runs were done; start it again to continue',
  failed: 'Some of its runs failed or diverged',
};
