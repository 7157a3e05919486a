import { expect, test } from 'vitest';
import { secondsLeft, type TimedRun } from './time-left.ts';

const NOW = 1_000_000;

function run(given: Partial<TimedRun>): TimedRun {
  return {
    variant: 'topk',
    hook: 'h',
    width: 64,
    status: 'queued',
    step: 0,
    totalSteps: null,
    seconds: null,
    attempt: 0,
    startedAt: null,
    ...given,
  };
}

const finished = run({ status: 'finished', step: 100, totalSteps: 100, seconds: 50, attempt: 1 });
const running = run({
  status: 'running',
  step: 50,
  totalSteps: 100,
  attempt: 1,
  startedAt: new Date(NOW - 50_000),
});

test('runs that train count at their own pace, waiting ones at that of finished ones, shared by those that train', () => {
  // 50 steps of 1 s are left of the running one, and 100 of 0.5 s of the waiting one.
  expect(secondsLeft([finished, running, run({})], NOW)).toBe(100);
  expect(secondsLeft([finished, running, running, run({})], NOW)).toBe(75);
});

test('the longest run is the least time left', () => {
  const slow = { ...running, step: 10, startedAt: new Date(NOW - 100_000) };
  expect(secondsLeft([slow, running], NOW)).toBe(900);
});

test('a run that was resumed goes at the pace of the others', () => {
  expect(secondsLeft([finished, { ...running, attempt: 2, startedAt: new Date(NOW - 1) }], NOW)).toBe(25);
});

test('finished runs of the same kind count before others', () => {
  const wide = { ...finished, width: 1024, seconds: 1000 };
  const waiting = run({ width: 1024 });
  expect(secondsLeft([finished, wide, { ...running, step: 100 }, waiting], NOW)).toBe(1000);
});

test('nothing is estimated while nothing trains, or nothing has a pace', () => {
  expect(secondsLeft([finished, run({})], NOW)).toBeUndefined();
  expect(secondsLeft([{ ...running, step: 0 }, run({})], NOW)).toBeUndefined();
  expect(secondsLeft([], NOW)).toBeUndefined();
});
