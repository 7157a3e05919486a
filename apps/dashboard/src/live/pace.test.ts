import { expect, test } from 'vitest';
import { pauseAfter } from './pace.ts';

test('the pause grows with the cost of a poll', () => {
  expect([5, 50, 200, 1000, 1e6].map(pauseAfter)).toEqual([1000, 1000, 4000, 10_000, 10_000]);
});
