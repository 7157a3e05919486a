import { expect, test } from 'vitest';
import { intervalOf } from '../compare/statistics/interval.ts';
import { halfWidth } from './half-width.ts';

test('agrees with the interval of the compare page', () => {
  const values = [0.71, 0.74, 0.7, 0.78];
  const { mean, low, n } = intervalOf(values)!;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  expect(halfWidth({ n, mean, deviation })).toBeCloseTo(mean - low!, 12);
});

test('one value has no interval, and equal values have none of rounding', () => {
  expect(halfWidth({ n: 1, mean: 3, deviation: null })).toBeNull();
  expect(halfWidth({ n: 3, mean: 0.1, deviation: 1e-17 })).toBe(0);
});
