import type { RunStatus } from '@sae-lab/db/reading';

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
