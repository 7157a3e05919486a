import { expect, it } from 'vitest';
import { checkpointsAmong, checkpointSet, saesAmong, saeSet, setsOfAttempt } from './set-names.ts';

const [first, second] = [setsOfAttempt('ab', 9), setsOfAttempt('ab', 10)];

it('gives every writer its own names, even of the same attempt', () => {
  expect(first).toMatch(/^runs\/ab\/000009-[0-9a-f]{8}$/);
  expect(setsOfAttempt('ab', 9)).not.toBe(first);
});

it('takes the checkpoint of the latest attempt, and of that the latest step', () => {
  const sets = [
    checkpointSet(first, 900),
    checkpointSet(second, 100),
    checkpointSet(second, 20),
    saeSet(first),
    'runs/ab/strange/checkpoint-1',
  ];
  const found = checkpointsAmong(sets).map(({ attempt, step }) => [attempt, step]);
  expect(found).toEqual([
    [10, 100],
    [10, 20],
    [9, 900],
  ]);
});

it('takes the SAE of the latest attempt', () => {
  expect(saesAmong([saeSet(first), checkpointSet(second, 1), saeSet(second)])).toEqual([
    saeSet(second),
    saeSet(first),
  ]);
});
