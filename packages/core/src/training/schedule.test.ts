import { describe, expect, it } from 'vitest';
import { isResampleStep, learningRateFactor, warmupFactor } from './schedule.ts';

describe('schedules', () => {
  it('rises over the warmup, stays constant, then falls until the last step', () => {
    const factors = Array.from({ length: 100 }, (_, step) => learningRateFactor(step, 100, 0.1, 0.2));
    expect(factors.slice(0, 3)).toEqual([0.1, 0.2, 0.3]);
    expect(factors.slice(9, 81).every((factor) => factor === 1)).toBe(true);
    expect(factors[90]).toBeCloseTo(0.5);
    expect(factors[99]).toBeCloseTo(0.05);
  });

  it('is constant without warmup and decay, and in a run too short for them', () => {
    expect([0, 1, 9].map((step) => learningRateFactor(step, 10, 0, 0))).toEqual([1, 1, 1]);
    expect([0, 1].map((step) => learningRateFactor(step, 2, 0.05, 0.2))).toEqual([1, 1]);
    expect(warmupFactor(0, 1, 0.05)).toBe(1);
  });

  it('resamples at intervals up to a limit, and never after the last step', () => {
    const steps = (totalSteps: number, every: number, until: number): number[] =>
      Array.from({ length: totalSteps }, (_, step) => step + 1).filter((done) =>
        isResampleStep(done, totalSteps, { every, until }),
      );
    expect(steps(1000, 0.125, 0.6)).toEqual([125, 250, 375, 500]);
    expect(steps(60, 0.125, 0.6)).toEqual([8, 16, 24, 32]);
    expect(steps(100, 0.29, 0.58)).toEqual([29, 58]);
    expect(steps(10, 0.5, 1)).toEqual([5]);
    expect(steps(4, 0.01, 1)).toEqual([1, 2, 3]);
    expect(steps(1, 0.125, 0.6)).toEqual([]);
  });
});
