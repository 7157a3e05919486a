import { expect, test } from 'vitest';
import { sweepBadge } from './status.ts';

test.each([
  ['finished', { finished: 3 }, 'finished', 'Finished'],
  ['failed', { finished: 1, diverged: 1 }, 'diverged', '1 diverged'],
  ['failed', { diverged: 4 }, 'diverged', 'All diverged'],
  ['failed', { finished: 2, diverged: 1, failed: 1 }, 'failed', '1 failed'],
  ['failed', { queued: 2 }, 'failed', 'Failed'],
  ['cancelled', { finished: 1, cancelled: 2 }, 'cancelled', '2 cancelled'],
  ['cancelled', { cancelled: 2 }, 'cancelled', 'Cancelled'],
  ['interrupted', { finished: 1, diverged: 1, queued: 2 }, 'interrupted', 'Interrupted'],
] as const)('the badge of a sweep that is %s with %j', (status, counts, shown, label) => {
  expect(sweepBadge(status, counts)).toMatchObject({ status: shown, label });
});
