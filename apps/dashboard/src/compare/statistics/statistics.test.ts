import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultTargets } from './default-targets.ts';
import { hypervolume } from './hypervolume.ts';
import { interpolateAt } from './interpolate.ts';
import { intervalOf } from './interval.ts';
import { matchedAt, type MatchedRun } from './matched.ts';
import { tFactor } from './student-t.ts';

const number = fc.double({ min: -1e3, max: 1e3, noNaN: true });
const l0 = fc.double({ min: 1, max: 1000, noNaN: true });
const points = fc.array(fc.record({ l0, value: number }), { minLength: 1, maxLength: 12 });

test('t factors agree with SciPy', () => {
  expect(tFactor(1)).toBeCloseTo(12.7062047362, 9);
  expect(tFactor(4)).toBeCloseTo(2.7764451052, 9);
  // scipy.stats.t.ppf(0.975, df)
  for (const [df, expected] of [
    [31, 2.0395134464],
    [40, 2.02107539031],
    [60, 2.00029782201],
    [120, 1.97993040508],
    [499, 1.96472939099],
    [100_000, 1.95998770753],
  ] as const)
    expect(tFactor(df)).toBeCloseTo(expected, 7);
});

test('t factors fall towards the normal quantile', () => {
  for (let degrees = 1; degrees < 200; degrees++) {
    expect(tFactor(degrees)).toBeGreaterThan(tFactor(degrees + 1));
    expect(tFactor(degrees)).toBeGreaterThan(1.959963984540054);
  }
});

test('intervals are centred, move with their values and need two of them', () => {
  expect(intervalOf([])).toBeUndefined();
  expect(intervalOf([3])).toEqual({ n: 1, mean: 3, low: null, high: null });
  // scipy.stats.t.interval(0.95, 2, loc=2, scale=1 / sqrt(3))
  const { low, high } = intervalOf([1, 2, 3])!;
  expect(low).toBeCloseTo(-0.48413771175, 9);
  expect(high).toBeCloseTo(4.48413771175, 9);
  const same = intervalOf([0.1 + 0.2, 0.3, 0.3])!;
  expect(same.high).toBe(same.low);
  fc.assert(
    fc.property(fc.array(number, { minLength: 2, maxLength: 8 }), number, (values, shift) => {
      const before = intervalOf(values)!;
      const after = intervalOf(values.map((value) => value + shift))!;
      expect(after.low! - shift).toBeCloseTo(before.low!, 6);
      expect((before.low! + before.high!) / 2).toBeCloseTo(before.mean, 6);
    }),
  );
});

test('interpolation is between the neighbours, in any order of the points, and never outside', () => {
  fc.assert(
    fc.property(points, l0, (given, target) => {
      const value = interpolateAt(given, target);
      const low = Math.min(...given.map((point) => point.l0));
      const high = Math.max(...given.map((point) => point.l0));
      if (target < low * (1 - 1e-5) || target > high * (1 + 1e-5)) expect(value).toBeUndefined();
      else if (target >= low && target <= high) {
        expect(value).toBeGreaterThanOrEqual(Math.min(...given.map((point) => point.value)) - 1e-9);
        expect(value).toBeLessThanOrEqual(Math.max(...given.map((point) => point.value)) + 1e-9);
      }
      const reversed = interpolateAt(given.toReversed(), target);
      if (value === undefined) expect(reversed).toBeUndefined();
      else expect(reversed).toBeCloseTo(value, 6);
    }),
  );
});

test('a measure that is linear in log L0 is met exactly', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 2, maxLength: 8 }),
      number,
      (l0s, slope) => {
        const given = l0s.map((at) => ({ l0: at, value: 2 + slope * Math.log(at) }));
        const target = Math.sqrt(Math.min(...l0s) * Math.max(...l0s));
        expect(interpolateAt(given, target)).toBeCloseTo(2 + slope * Math.log(target), 6);
      },
    ),
  );
});

test('equal L0s are one point, and what has no place is left out', () => {
  const k = 32 * (1 + 1e-14);
  expect(
    interpolateAt(
      [
        { l0: 32, value: 1 },
        { l0: k, value: 3 },
      ],
      32,
    ),
  ).toBe(2);
  expect(
    interpolateAt(
      [
        { l0: 32, value: 1 },
        { l0: k, value: 3 },
      ],
      40,
    ),
  ).toBeUndefined();
  expect(
    interpolateAt(
      [
        { l0: 0, value: 1 },
        { l0: 8, value: Number.NaN },
      ],
      4,
    ),
  ).toBeUndefined();
});

const run = (group: string, seed: number, at: number, value: number): MatchedRun => ({
  group,
  setting: 'hook',
  seed,
  l0: at,
  value,
});

const anyRuns = fc.array(
  fc.record({
    group: fc.constantFrom('a', 'b'),
    setting: fc.constant('hook'),
    seed: fc.integer({ min: 0, max: 3 }),
    l0,
    value: number,
  }),
  { maxLength: 30 },
);

test('exchanging group and baseline changes the sign of a difference and no more', () => {
  fc.assert(
    fc.property(anyRuns, l0, (runs, target) => {
      const toA = matchedAt(runs, [target], 'a', 'higher').find(({ group }) => group === 'b');
      const toB = matchedAt(runs, [target], 'b', 'higher').find(({ group }) => group === 'a');
      if (toA?.difference === undefined || toB?.difference === undefined) {
        expect(toA?.difference).toEqual(toB?.difference);
        return;
      }
      expect(toA.difference.n).toBe(toB.difference.n);
      expect(toA.difference.mean).toBeCloseTo(-toB.difference.mean, 6);
      const opposite = { better: 'worse', worse: 'better' } as Record<string, string>;
      expect(toA.verdict).toBe(opposite[toB.verdict!] ?? toB.verdict);
    }),
  );
});

test('seeds are paired: what all seeds share does not widen the interval', () => {
  const shared = [0, 10, 20];
  const runs = shared.flatMap((level, seed) => [
    run('a', seed, 8, level),
    run('a', seed, 32, level),
    run('b', seed, 8, level + 1 + seed * 0.01),
    run('b', seed, 32, level + 1 + seed * 0.01),
    // A seed that only one group has does not count.
    run('b', 9, 8, 500),
    run('b', 9, 32, 500),
  ]);
  const [, b] = matchedAt(runs, [16], 'a', 'higher');
  expect(b!.value!.n).toBe(4);
  expect(b!.difference).toMatchObject({ n: 3 });
  expect(b!.difference!.mean).toBeCloseTo(1.01, 9);
  expect(b!.difference!.high! - b!.difference!.low!).toBeLessThan(0.06);
  expect(b!.verdict).toBe('better');
  expect(matchedAt(runs, [16], 'a', 'lower')[1]!.verdict).toBe('worse');
  expect(matchedAt(runs, [16], 'a', 'neither')[1]!.verdict).toBe('apart');
});

test('an interval around 0 distinguishes nothing, one seed has none, and nothing is extrapolated', () => {
  const pair = (seed: number, difference: number) => [
    run('a', seed, 8, 0),
    run('a', seed, 32, 0),
    run('b', seed, 8, difference),
    run('b', seed, 32, difference),
  ];
  const noisy = [...pair(0, 1), ...pair(1, -1), ...pair(2, 0.5)];
  expect(matchedAt(noisy, [16], 'a', 'higher')[1]!.verdict).toBe('cannot-distinguish');
  expect(matchedAt(pair(0, 1), [16], 'a', 'higher')[1]!.verdict).toBe('one-seed');
  const outside = matchedAt(noisy, [64], 'a', 'higher')[1]!;
  expect(outside).toMatchObject({ value: undefined, difference: undefined, reach: [8, 32] });
});

test('runs are matched within their setting only', () => {
  const runs = [run('a', 0, 8, 1), { ...run('a', 0, 32, 2), setting: 'other' }];
  expect(matchedAt(runs, [16], 'a', 'higher').map(({ value }) => value)).toEqual([undefined, undefined]);
});

test('default L0s are ones that groups share', () => {
  const series = (group: string, ...l0s: number[]) => l0s.map((at) => run(group, 0, at, 1));
  expect(defaultTargets([])).toEqual([]);
  expect(defaultTargets([...series('a', 4, 16), ...series('b', 6, 24)])).toEqual([6, 7, 8, 9, 10]);
  expect(defaultTargets([...series('a', 11, 15), ...series('b', 12, 18)])).toEqual([13.4]);
  expect(defaultTargets([...series('a', 4), ...series('b', 4)])).toEqual([4]);
  expect(defaultTargets([...series('a', 1, 2), ...series('b', 40, 90)])).toEqual([]);
});

test('hypervolumes agree with counting squares', () => {
  expect(hypervolume([], { x: 0, y: 0 })).toBe(0);
  expect(hypervolume([{ x: -1, y: 5 }], { x: 0, y: 0 })).toBe(0);
  const square = fc.integer({ min: -2, max: 8 });
  fc.assert(
    fc.property(fc.array(fc.record({ x: square, y: square }), { maxLength: 10 }), (given) => {
      let counted = 0;
      for (let x = 0; x < 8; x++)
        for (let y = 0; y < 8; y++) if (given.some((point) => point.x > x && point.y > y)) counted++;
      expect(hypervolume(given, { x: 0, y: 0 })).toBe(counted);
    }),
  );
});
