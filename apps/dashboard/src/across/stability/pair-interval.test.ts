import { expect, test } from 'vitest';
import { intervalOf } from '../../compare/statistics/interval.ts';
import { pairMean, type SeedPair } from './pair-interval.ts';

/** All pairs of seeds, with a value of the two. */
function pairsOf(seeds: readonly number[], value: (a: number, b: number) => number): SeedPair[] {
  return seeds.flatMap((a, i) => seeds.slice(i + 1).map((b) => ({ a, b, value: value(a, b) })));
}

test('is the t interval of the seeds where a pair is the mean of its two', () => {
  const of = [0.31, 0.5, 0.44, 0.72, 0.39];
  const found = pairMean(pairsOf([0, 1, 2, 3, 4], (a, b) => (of[a]! + of[b]!) / 2))!;
  const expected = intervalOf(of)!;
  expect(found.mean).toBeCloseTo(expected.mean, 12);
  expect(found.low).toBeCloseTo(expected.low!, 12);
  expect(found.high).toBeCloseTo(expected.high!, 12);
  expect([found.pairs, found.seeds]).toEqual([10, 5]);
});

test('is wider than an interval that takes pairs for independent', () => {
  const of = [0.1, 0.2, 0.4, 0.9];
  const pairs = pairsOf([0, 1, 2, 3], (a, b) => (of[a]! + of[b]!) / 2);
  const naive = intervalOf(pairs.map(({ value }) => value))!;
  const { low, high } = pairMean(pairs)!;
  expect(high! - low!).toBeGreaterThan(1.5 * (naive.high! - naive.low!));
});

test('has an interval from three seeds on, cut at the bounds, of no width for equal pairs', () => {
  expect(pairMean([])).toBeUndefined();
  expect(pairMean(pairsOf([0, 1], () => 0.5))).toMatchObject({ mean: 0.5, low: null, pairs: 1, seeds: 2 });
  expect(pairMean(pairsOf([0, 1, 2], () => 0.5))).toMatchObject({ low: 0.5, high: 0.5 });
  expect(
    pairMean(
      pairsOf([0, 1, 2], (a, b) => 0.3 * (a + b)),
      [0, 1],
    ),
  ).toMatchObject({ low: 0, high: 1 });
});

test('uses the pairs that are there', () => {
  const some = pairsOf([0, 1, 2, 3], (a, b) => a + b).slice(1);
  expect(pairMean(some)).toMatchObject({ pairs: 5, seeds: 4, mean: 17 / 5 });
});
