import { expect, it } from 'vitest';
import { timeLeft } from './time-left.ts';

it.each([
  [0, '0:00 left'],
  [0.2, '0:01 left'],
  [65, '1:05 left'],
  [3599.5, '1:00:00 left'],
  [3725, '1:02:05 left'],
  [36_000, '10:00:00 left'],
  [null, 'time left unknown'],
  [Infinity, 'time left unknown'],
  [Number.NaN, 'time left unknown'],
])('shows %s seconds as %s', (seconds, shown) => {
  expect(timeLeft(seconds)).toBe(shown);
});
