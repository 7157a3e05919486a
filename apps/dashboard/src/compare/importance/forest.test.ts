import { expect, test } from 'vitest';
import { forestImportance } from './forest.ts';
import { randomFrom } from './random.ts';
import { growTree, type Feature } from './tree.ts';

const feature = (levels: readonly number[], ordered = true): Feature => ({
  levels: Int32Array.from(levels),
  count: Math.max(...levels) + 1,
  ordered,
  isConditional: false,
});

/** Every combination of three features of five levels, twice, with noise. */
function grid(targetOf: (levels: readonly [number, number, number]) => number, noise = 0) {
  const random = randomFrom(7);
  const rows = Array.from({ length: 250 }, (_, index): [number, number, number] => [
    index % 5,
    Math.floor(index / 5) % 5,
    Math.floor(index / 25) % 5,
  ]);
  const target = Float64Array.from(rows, (levels) => targetOf(levels) + noise * (random() - 0.5));
  return { features: [0, 1, 2].map((which) => feature(rows.map((row) => row[which]!))), target };
}

const means = ({ features, target }: ReturnType<typeof grid>) => {
  const { shares, explained } = forestImportance(features, target);
  return { shares: shares.map(({ mean }) => mean), explained };
};

test('finds the shares of the variance of a sum, with and without noise', () => {
  // Variances of 4 and 1, and one feature without effect.
  const exact = means(grid(([a, b]) => 2 * a + b));
  expect(exact.shares[0]).toBeCloseTo(0.8, 1);
  expect(exact.shares[1]).toBeCloseTo(0.2, 1);
  expect(Math.abs(exact.shares[2]!)).toBeLessThan(0.02);
  expect(exact.explained).toBeGreaterThan(0.95);
  const noisy = means(grid(([a, b]) => 2 * a + b, 4));
  expect(noisy.shares[0]! / noisy.shares[1]!).toBeGreaterThan(2.5);
  expect(Math.abs(noisy.shares[2]!)).toBeLessThan(0.05);
});

test('features that only work together each have the whole variance', () => {
  const { shares } = means(grid(([a, b]) => (a < 2 === b < 2 ? 1 : -1)));
  expect(shares[0]).toBeGreaterThan(0.7);
  expect(shares[1]).toBeGreaterThan(0.7);
  expect(Math.abs(shares[2]!)).toBeLessThan(0.05);
});

test('levels without an order are told apart in any numbering', () => {
  const effects = [3, -1, 0, 5, -4];
  const { features, target } = grid(([a]) => effects[a]!);
  const unordered = features.map(({ levels }) => feature([...levels], false));
  const { shares } = forestImportance(unordered, target);
  expect(shares[0]!.mean).toBeGreaterThan(0.9);
  expect(shares[0]!.low!).toBeGreaterThan(0.85);
});

test('one cut sets any levels without an order apart', () => {
  const levels = [0, 0, 1, 1, 2, 2, 3, 3];
  const target = Float64Array.from(levels, (level) => level % 2);
  const rows = Int32Array.from(levels.keys());
  const tree = growTree([feature(levels, false)], target, rows, randomFrom(1));
  expect(tree).toMatchObject({ below: [{ value: 0 }, { value: 1 }] });
  expect('left' in tree && [...tree.left]).toEqual([1, 0, 1, 0]);
});

test('the same data give the same numbers, and a scaled target the same shares', () => {
  const given = grid(([a, b, c]) => a * b + c, 1);
  const first = forestImportance(given.features, given.target);
  expect(forestImportance(given.features, given.target)).toEqual(first);
  const scaled = forestImportance(
    given.features,
    given.target.map((value) => 1000 * value),
  );
  for (const [index, share] of scaled.shares.entries())
    expect(share.mean).toBeCloseTo(first.shares[index]!.mean, 8);
});

test('ten runs are enough to see a strong effect', () => {
  const levels = Array.from({ length: 10 }, (_, index) => index % 2);
  const noise = Array.from({ length: 10 }, (_, index) => Math.floor(index / 2));
  const { shares } = forestImportance(
    [feature(levels), feature(noise, false)],
    Float64Array.from(levels, (level, index) => level + index / 100),
  );
  expect(shares[0]!.mean).toBeGreaterThan(0.5);
  expect(shares[1]!.mean).toBeLessThan(0.1);
});
