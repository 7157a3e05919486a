import type { RunStatus } from '@sae-lab/db';

/**
 * What a sweep does with a run that the database has in this status. A failed run is tried again: a full disk or a
 * killed process may be gone. One that diverged would diverge again, bit for bit, and waits until it is asked
 * for. 'running' means here that no living process trains it, or that one does and the run waits for it.
 */
export function nextStep(
  status: RunStatus,
  { onlyFailed }: { onlyFailed: boolean },
): 'train' | 'skip' | 'report-divergence' | 'leave' {
  switch (status) {
    case 'finished':
      return 'skip';
    case 'failed':
      return 'train';
    case 'diverged':
      return onlyFailed ? 'train' : 'report-divergence';
    case 'queued':
    case 'running':
    case 'interrupted':
      return onlyFailed ? 'leave' : 'train';
  }
}
