import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOnScale, logTicks, makeScale, paddedDomain } from './scales.ts';

test('log ticks are round numbers, fewer where space is short', () => {
  expect(logTicks([7, 90], 20)).toEqual([7, 8, 9, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
  expect(logTicks([7, 90], 5)).toEqual([10, 20, 50]);
  expect(logTicks([0.5, 3e7], 8)).toEqual([1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7]);
  expect(logTicks([0.5, 3e7], 4)).toEqual([1, 100, 1e4, 1e6]);
  expect(logTicks([0.25, 0.45], 20)).toEqual([0.3, 0.4]);
});

test('a domain contains every value that its scale can show', () => {
  expect(paddedDomain([0, 10], 'linear', 0.1)).toEqual([-1, 11]);
  const [low, high] = paddedDomain([10, 1000, 0, -3, Number.NaN, Infinity], 'log', 0.5);
  expect(low).toBeCloseTo(1);
  expect(high).toBeCloseTo(10_000);
});

test('values that differ only by rounding get a wider axis with ticks', () => {
  for (const kind of ['linear', 'log'] as const) {
    for (const value of [32, 1.3, 0.8001, 1e-7]) {
      const domain = paddedDomain([value, value * (1 + 1e-14), value * (1 - 1e-14)], kind);
      expect(domain[1] / domain[0]).toBeGreaterThan(kind === 'log' ? 1.9 : 1.009);
      const scale = makeScale({ kind, domain, range: [0, 400], spacing: 50 });
      expect(scale.ticks.length).toBeGreaterThanOrEqual(2);
      expect(Math.abs(scale.at(value) - 200)).toBeLessThan(1);
    }
  }
});

test('an empty domain puts its value in the middle', () => {
  expect(makeScale({ kind: 'linear', domain: [7, 7], range: [0, 100], spacing: 50 }).at(7)).toBeCloseTo(50);
  expect(makeScale({ kind: 'log', domain: [7, 7], range: [0, 100], spacing: 50 }).at(7)).toBeCloseTo(50);
});

test.each(['linear', 'log'] as const)('a %s scale puts every value inside its frame', (kind) => {
  const value = fc.oneof(fc.double(), fc.constantFrom(0, -1, 1, Number.NaN, Infinity, -Infinity));
  fc.assert(
    fc.property(fc.array(value), (values) => {
      const moderate = values.filter(
        (each) => !Number.isFinite(each) || Math.abs(Math.log10(Math.abs(each) || 1)) < 100,
      );
      const domain = paddedDomain(moderate, kind);
      const scale = makeScale({ kind, domain, range: [0, 300], spacing: 50 });
      for (const each of moderate.filter((candidate) => isOnScale(kind, candidate))) {
        expect(scale.at(each)).toBeGreaterThanOrEqual(0);
        expect(scale.at(each)).toBeLessThanOrEqual(300);
      }
    }),
  );
});

test('a count has ticks at integers only', () => {
  const count = { kind: 'linear', range: [0, 400], spacing: 50, whole: true } as const;
  expect(makeScale({ ...count, domain: [31.5, 32.5] }).ticks).toEqual([32]);
  expect(makeScale({ ...count, domain: [0, 3] }).ticks).toEqual([0, 1, 2, 3]);
});

test('values near 0 that differ by rounding get an axis as long as their digits', () => {
  const [low, high] = paddedDomain([0, 1e-17], 'linear', 0.06, 0.01);
  expect(high - low).toBeCloseTo(0.01, 12);
});

test('a log axis shorter than a decade has ticks all along', () => {
  const ticksOf = (low: number, high: number, length = 400) =>
    makeScale({ kind: 'log', domain: [low, high], range: [0, length], spacing: 60 }).ticks;
  expect(ticksOf(8.8, 19.5)).toEqual([10, 12, 14, 16, 18]);
  expect(ticksOf(30, 34)).toEqual([30, 31, 32, 33, 34]);
  expect(ticksOf(3, 28)).toEqual([5, 10, 20]);
  const low = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
  const factor = fc.double({ min: 1.05, max: 9, noNaN: true });
  fc.assert(
    fc.property(low, factor, (from, times) => {
      const ticks = ticksOf(from, from * times);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(10);
    }),
  );
});

test.each(['log', 'linear'] as const)(
  'the largest and smallest numbers have a %s axis with finite ticks',
  (kind) => {
    const values = kind === 'log' ? [1e-300, 1e300, 1.7e308, 5e-324] : [-1.7e308, 1.7e308, 0];
    const domain = paddedDomain(values, kind);
    expect(domain.every(Number.isFinite)).toBe(true);
    const { ticks, at } = makeScale({ kind, domain, range: [0, 300], spacing: 40 });
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.length).toBeLessThan(12);
    expect(ticks.every((tick) => Number.isFinite(tick) && Number.isFinite(at(tick)))).toBe(true);
  },
);
