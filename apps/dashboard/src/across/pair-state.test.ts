import { expect, test } from 'vitest';
import { pairState } from './pair-state.ts';

test.each([
  ['0.4', 0.4],
  ['-1', -1],
  ['99', null],
  ['', null],
  ['high', null],
])('the threshold %j of an address is read as %j', (text, threshold) => {
  expect(pairState.threshold.parse(text)).toBe(threshold);
});
