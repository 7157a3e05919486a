import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupMean } from './group-mean.ts';
import { smooth } from './smooth.ts';

// Without −0, which toEqual tells from 0.
const entry = fc.double({ min: -100, max: 100, noNaN: true }).map((number) => number + 0);
const values = fc.array(entry, { minLength: 1, maxLength: 40 });

const places = (given: readonly unknown[]) => given.map((_, index) => index);

test('smoothing stays between the values, keeps constants and gaps, and does nothing at weight 0', () => {
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 0.99, noNaN: true }), (given, weight) => {
      for (const value of smooth(places(given), given, weight, 1)) {
        expect(value).toBeGreaterThanOrEqual(Math.min(...given) - 1e-9);
        expect(value).toBeLessThanOrEqual(Math.max(...given) + 1e-9);
      }
      expect(smooth(places(given), given, 0, 1)).toEqual(given);
    }),
  );
  expect(smooth([0, 1, 2], [4, null, 4], 0.9, 1)).toEqual([4, null, 4]);
  // (0.5 · 0 + 3) / 1.5
  expect(smooth([0, 1], [0, 3], 0.5, 1)).toEqual([0, 2]);
  // Two stretches later: (0.25 · 0 + 3) / 1.25
  expect(smooth([0, 8], [0, 3], 0.5, 4)[1]).toBeCloseTo(2.4, 12);
});

test('a group’s mean is over the curves that have a bucket', () => {
  const mean = groupMean([
    { at: [0, 1, 3], values: [1, 2, null] },
    { at: [1, 2], values: [4, 5] },
  ]);
  expect(mean.map(({ at, n, mean: value }) => [at, n, value])).toEqual([
    [0, 1, 1],
    [1, 2, 3],
    [2, 1, 5],
  ]);
  expect(mean[0]).toMatchObject({ low: 1, high: 1 });
  // 3 ± 12.706 · √2 / √2
  expect(mean[1]!.high).toBeCloseTo(3 + 12.7062047362, 9);
});
