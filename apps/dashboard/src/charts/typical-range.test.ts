import { expect, test } from 'vitest';
import { typicalRange } from './typical-range.ts';

const decay = Array.from({ length: 400 }, (_, step) => 1 + 60 * Math.exp(-step / 4) + 0.1 * Math.sin(step));

test('the first steps of a loss do not set the axis', () => {
  const [low, high] = typicalRange([decay])!;
  expect(low).toBeCloseTo(0.9, 1);
  expect(high).toBeLessThan(3);
  // So that almost every point is on the axis.
  expect(decay.filter((value) => value > high).length).toBeLessThan(20);
});

test('the range contains what is typical of each curve', () => {
  const small = decay.map((value) => value / 100);
  const [low, high] = typicalRange([decay, small])!;
  expect(low).toBeCloseTo(0.009, 3);
  expect(high).toBe(typicalRange([decay])![1]);
});

test('outliers below count too', () => {
  const [low, high] = typicalRange([decay.map((value) => -value)])!;
  expect(low).toBeGreaterThan(-3);
  expect(high).toBeCloseTo(-0.9, 1);
});

test.each([
  ['a curve without outliers', Array.from({ length: 100 }, (_, step) => step)],
  ['a curve that is about its few points', Array.from({ length: 100 }, (_, step) => Number(step === 50))],
  ['a constant', Array.from({ length: 100 }, () => 3)],
  ['a short curve', [100, 1, 1.1, 1, 1.2, 1]],
  ['nothing', []],
])('%s is shown whole', (_, values) => {
  expect(typicalRange([values])).toBeUndefined();
});
