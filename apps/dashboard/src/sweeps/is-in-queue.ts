import type { Sweep } from '@sae-lab/db/reading';

/** Whether workers have, or will have, something to do for a sweep in the queue. */
export function isInQueue<T extends Pick<Sweep, 'queue' | 'status'>>(
  sweep: T,
): sweep is T & { queue: string } {
  return sweep.queue !== null && (sweep.status === 'queued' || sweep.status === 'running');
}
