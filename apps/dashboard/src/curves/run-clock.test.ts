import { expect, test } from 'vitest';
import { clockOf, secondsAt, stepAtSeconds } from './run-clock.ts';

const at = (seconds: number) => new Date(1_700_000_000_000 + 1000 * seconds);
const even = (from: number, to: number, pace: number, start = 0) => {
  const steps = Array.from({ length: (to - from) / 10 + 1 }, (_, index) => from + 10 * index);
  return { steps, seconds: steps.map((step) => start + (step - from) * pace) };
};

test('a steady run needs two times, and others are between them', () => {
  const clock = clockOf([{ startedAt: at(0), ...even(0, 1000, 0.1) }])!;
  expect(clock.steps).toEqual([0, 1000]);
  expect(secondsAt(clock, 'trained', 250, 9)).toBeCloseTo(25);
  expect(stepAtSeconds(clock, 'wall', 25, 9)).toBeCloseTo(250);
  // Beyond the last known time, the given pace counts.
  expect(secondsAt(clock, 'wall', 1010, 0.5)).toBeCloseTo(105);
  expect(stepAtSeconds(clock, 'trained', 105, 0.5)).toBeCloseTo(1010);
});

test('a slow phase keeps its length', () => {
  const fast = even(0, 500, 0.1);
  const slow = even(500, 600, 2, 50);
  const clock = clockOf([
    {
      startedAt: at(0),
      steps: [...fast.steps, ...slow.steps.slice(1)],
      seconds: [...fast.seconds, ...slow.seconds.slice(1)],
    },
  ])!;
  expect(clock.steps).toEqual([0, 500, 600]);
  expect(secondsAt(clock, 'trained', 500, 0)).toBeCloseTo(50);
  expect(secondsAt(clock, 'trained', 550, 0)).toBeCloseTo(150);
});

test('an interruption is part of wall time only, and steps that were repeated count once', () => {
  // Killed at step 300 with a checkpoint at 200, and resumed an hour later.
  const clock = clockOf([
    { startedAt: at(0), ...even(0, 300, 0.1) },
    { startedAt: at(3600), ...even(200, 400, 0.1, 5) },
  ])!;
  expect(clock.steps).toEqual([0, 200, 200, 400]);
  expect(secondsAt(clock, 'trained', 400, 0)).toBeCloseTo(40);
  expect(secondsAt(clock, 'wall', 199, 0)).toBeCloseTo(19.9);
  expect(secondsAt(clock, 'wall', 200, 0)).toBeCloseTo(3605);
  expect(secondsAt(clock, 'wall', 400, 0)).toBeCloseTo(3625);
  expect(stepAtSeconds(clock, 'wall', 1800, 0)).toBeCloseTo(200);
});

test('an attempt that starts over drops the training before it, but not its wall time', () => {
  const clock = clockOf([
    { startedAt: at(0), ...even(0, 300, 0.1) },
    { startedAt: at(100), ...even(0, 200, 0.1) },
  ])!;
  expect([clock.trained, clock.wall]).toEqual([
    [0, 20],
    [100, 120],
  ]);
  expect(clockOf([])).toBeUndefined();
});
