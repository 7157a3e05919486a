import { CURVES } from '@sae-lab/measures';
import { expect, test } from 'vitest';
import { linearRange } from './line-axes.ts';

test.each([
  [CURVES.dead_fraction, 0, 1e-17],
  [CURVES.dead_fraction, 0, 0],
  [CURVES.resampled, 0, 0],
  [CURVES.l0, 32 - 1e-14, 32],
] as const)(
  'the axis of a curve that varies by rounding is as long as what is written: %#',
  (measure, low, high) => {
    const [from, to] = linearRange(measure, low, high) as [number, number];
    expect(to - from).toBeGreaterThan(1e-3);
    expect(from).toBeGreaterThanOrEqual(0);
    expect(from <= low && high <= to).toBe(true);
  },
);

test('the axis of a curve contains all of it, and that of a positive curve starts at 0 or above', () => {
  expect(linearRange(CURVES.loss, 1, 101)).toEqual([0, 107]);
  expect(linearRange(CURVES.loss, -1, 99)).toEqual([-7, 105]);
  expect(linearRange(CURVES.loss, null, null)).toEqual([0, 1]);
});
