import { expect, test } from 'vitest';
import { failureGroups, type FailedRun } from './failure-groups.ts';

const failed = (id: number, code: string, problem: string, fix?: string): FailedRun => ({
  id,
  status: 'failed',
  error: { code, message: problem, details: { problem, ...(fix !== undefined && { fix }) } },
});

test('runs of one cause are one group, with each problem once; the largest group comes first', () => {
  const groups = failureGroups([
    failed(1, 'files.disk-full', 'no space for a', 'Free some space.'),
    failed(2, 'run.diverged', 'the loss is NaN', 'Lower the rate.'),
    failed(3, 'run.diverged', 'a weight is NaN', 'Lower the rate.'),
    failed(4, 'run.diverged', 'a weight is NaN', 'Lower the rate.'),
    { id: 5, status: 'finished', error: null },
  ]);
  expect(groups).toMatchObject([
    {
      code: 'run.diverged',
      status: 'failed',
      runIds: [2, 3, 4],
      problems: [
        { text: 'a weight is NaN', runs: 2 },
        { text: 'the loss is NaN', runs: 1 },
      ],
      fix: 'Lower the rate.',
    },
    { code: 'files.disk-full', runIds: [1], fix: 'Free some space.' },
  ]);
});

test('an error without a fix gets that of its code, one of another version none', () => {
  const [known, unknown] = failureGroups([
    failed(1, 'run.worker-crashed', 'p'),
    failed(2, 'future.code', 'q'),
  ]);
  expect(known!.fix).toMatch(/--workers/);
  expect(known!.meaning).toMatch(/worker process/);
  expect(unknown).toMatchObject({ code: 'future.code', fix: undefined, meaning: undefined });
});

test('an error from before details were stored shows its message', () => {
  const old: FailedRun = { id: 1, status: 'failed', error: { code: 'run.failed', message: 'it broke' } };
  expect(failureGroups([old])[0]!.problems).toEqual([{ text: 'it broke', runs: 1 }]);
});
