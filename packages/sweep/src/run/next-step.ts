import type { FilesPlace, RunStatus } from '@sae-lab/db';

export interface StepOptions {
  readonly onlyFailed: boolean;
  /** Do not train finished runs again whose files are missing. */
  readonly keepMissing: boolean;
  /** Train finished runs again whose files are in another data folder. */
  readonly localFiles: boolean;
}

/**
 * What a sweep does with a run that the database has in this status. A failed run is tried again: a full disk or a
 * killed process may be gone. One that diverged would diverge again, bit for bit, and waits until it is asked
 * for. A finished one whose files are missing is trained again. 'running' means here that no living process trains
 * it, or that one does and the run waits for it.
 *
 * @param files of a finished run
 */
export function nextStep(
  status: RunStatus,
  { onlyFailed, keepMissing, localFiles }: StepOptions,
  files: FilesPlace = { state: 'here' },
): 'train' | 'skip' | 'report-divergence' | 'leave' {
  switch (status) {
    case 'finished':
      if (files.state === 'missing') return keepMissing ? 'skip' : 'train';
      return files.state === 'elsewhere' && localFiles ? 'train' : 'skip';
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
