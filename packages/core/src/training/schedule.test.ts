import { describe, expect, it } from 'vitest';
import { learningRateFactor, warmupFactor } from './schedule.ts';

describe('schedules', () => {
  it('rises over the warmup, stays, falls to the last step', () => {
    const factors = Array.from({ length: 100 }, (_, step) => learningRateFactor(step, 100, 0.1, 0.2));
    expect(factors.slice(0, 3)).toEqual([0.1, 0.2, 0.3]);
    expect(factors.slice(9, 81).every((factor) => factor === 1)).toBe(true);
    expect(factors[90]).toBeCloseTo(0.5);
    expect(factors[99]).toBeCloseTo(0.05);
  });

  it('is constant where neither is asked for, and in a run too short to have them', () => {
    expect([0, 1, 9].map((step) => learningRateFactor(step, 10, 0, 0))).toEqual([1, 1, 1]);
    expect([0, 1].map((step) => learningRateFactor(step, 2, 0.05, 0.2))).toEqual([1, 1]);
    expect(warmupFactor(0, 1, 0.05)).toBe(1);
  });
});
