import { expect, it } from 'vitest';
import { spreadOf } from './spread.ts';

it('is the mean and the sample standard deviation', () => {
  expect(spreadOf([])).toEqual({ mean: null, deviation: null });
  expect(spreadOf([3])).toEqual({ mean: 3, deviation: null });
  expect(spreadOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, deviation: Math.sqrt(32 / 7) });
});

it('leaves out figures that a run does not have', () => {
  expect(spreadOf([3, null, undefined, Number.NaN])).toEqual({ mean: 3, deviation: null });
  expect(spreadOf([Number.NaN])).toEqual({ mean: null, deviation: null });
});
