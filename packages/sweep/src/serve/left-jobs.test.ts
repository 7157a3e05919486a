import { expect, it } from 'vitest';
import { groupOf } from '../queue/job-queue.ts';
import { LeftJobs } from './left-jobs.ts';

it('leaves a job for good, or for a minute if a network was at fault', () => {
  let now = 0;
  const left = new LeftJobs(() => now);
  const run = { queue: 'train.cpu', key: 'abc' } as const;
  const extraction = { queue: 'extract', key: 'sweep 1' } as const;
  expect(left.add(run, 'variant.package-missing')).toBe(true);
  expect(left.add(extraction, 'hub.unreachable')).toBe(true);
  // The evaluations of the sweep are another job.
  expect([...left.groups]).toEqual([groupOf(run), groupOf(extraction)]);
  expect(left.groups.has(groupOf({ queue: 'evaluate', key: 'sweep 1' }))).toBe(false);
  now = 60_001;
  expect([...left.groups]).toEqual([groupOf(run)]);
  expect(left.add(extraction, 'hub.unreachable')).toBe(false);
  expect([...left.groups]).toEqual([groupOf(run), groupOf(extraction)]);
});
