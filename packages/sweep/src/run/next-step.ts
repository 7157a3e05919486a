import type { FilesPlace, RunStatus } from '@sae-lab/db';

export interface StepOptions {
  readonly onlyFailed: boolean;
  /** Do not retrain finished runs whose files are missing. */
  readonly keepMissing: boolean;
  /** Retrain finished runs whose files are in another data folder. */
  readonly localFiles: boolean;
}

/**
 * What a sweep does with a run of this status. A failed run is retried: the cause, such as a full disk, may be gone. A
 * diverged run would diverge again, bit for bit, and a cancelled one is not wanted, so they are retried only with
 * --only-failed or on request. A finished run is retrained if its files are missing. A 'running' run is trained here unless another process still trains it.
 *
 * @param files place of a finished run's files
 */
export function nextStep(
  status: RunStatus,
  { onlyFailed, keepMissing, localFiles }: StepOptions,
  files: FilesPlace = { state: 'here' },
): 'train' | 'skip' | 'report-divergence' | 'report-cancelled' | 'leave' {
  switch (status) {
    case 'finished':
      if (files.state === 'missing') return keepMissing ? 'skip' : 'train';
      return files.state === 'elsewhere' && localFiles ? 'train' : 'skip';
    case 'failed':
      return 'train';
    case 'diverged':
      return onlyFailed ? 'train' : 'report-divergence';
    case 'cancelled':
      return onlyFailed ? 'train' : 'report-cancelled';
    case 'queued':
    case 'running':
    case 'interrupted':
      return onlyFailed ? 'leave' : 'train';
  }
}
