import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIGURES, formatOf, leastSpanOf, resolutionOf, roundingOf, tickFormatOf } from './index.ts';

describe('resolutionOf', () => {
  it.each([
    [FIGURES.l0, 32, 0.1],
    [FIGURES.explained_variance, 0.86, 1e-4],
    [FIGURES.dead_fraction, 0.01, 1e-3],
    [FIGURES.mse, 0.0465, 1e-5],
    [FIGURES.mse, 0, 0],
    [{ ...FIGURES.l0, form: 'count' }, 7, 1],
  ] as const)('is one unit of the last digit written: %#', (measure, value, expected) => {
    expect(resolutionOf(measure, value)).toBeCloseTo(expected, 12);
    if (expected > 0) {
      const { form: _, ...rest } = measure;
      expect(formatOf({ ...rest, form: measure.form })(value + 1.01 * expected)).not.toBe(
        formatOf(measure)(value),
      );
    }
  });

  it('makes rounding far smaller, and axes longer', () => {
    expect(roundingOf(FIGURES.l0, 32)).toBeGreaterThan(1e-13);
    expect(roundingOf(FIGURES.l0, 32)).toBeLessThan(0.01);
    expect(leastSpanOf(FIGURES.dead_fraction, [0, 1e-17])).toBeCloseTo(0.01, 12);
    expect(leastSpanOf(FIGURES.l0, [])).toBeCloseTo(1, 12);
  });
});

describe('tickFormatOf', () => {
  it.each([
    [FIGURES.l0, [20, 30], ['20', '30']],
    [FIGURES.explained_variance, [0.866, 0.867], ['0.866', '0.867']],
    [FIGURES.explained_variance, [1, 1.002, 1.004], ['1.000', '1.002', '1.004']],
    [FIGURES.explained_variance, [0.78, 0.8, 0.82], ['0.78', '0.80', '0.82']],
    [FIGURES.mse, [-0.5, 0, 0.5], ['−0.5', '0.0', '0.5']],
    [FIGURES.mse, [0.01, 0.1, 1], ['0.01', '0.1', '1']],
    [FIGURES.mse, [0, 1e-7, 2e-7], ['0', '1e−7', '2e−7']],
    [FIGURES.dead_fraction, [0, 5e-4, 1e-3], ['0.00 %', '0.05 %', '0.10 %']],
    [FIGURES.dead_fraction, [0, 0.5], ['0 %', '50 %']],
    [FIGURES.mse, [20_000, 40_000], ['20\u202f000', '40\u202f000']],
  ] as const)('writes each tick as it is, in few digits: %#', (measure, ticks, expected) => {
    expect(ticks.map(tickFormatOf(measure, ticks))).toEqual(expected);
  });

  it('never writes two ticks alike', () => {
    const tick = fc.integer({ min: -500, max: 500 });
    fc.assert(
      fc.property(
        fc.uniqueArray(tick, { minLength: 2 }),
        fc.integer({ min: -3, max: 3 }),
        (ticks, exponent) => {
          const scaled = ticks.map((each) => Number(`${each}e${exponent}`));
          for (const measure of [FIGURES.l0, FIGURES.dead_fraction]) {
            expect(new Set(scaled.map(tickFormatOf(measure, scaled))).size).toBe(ticks.length);
          }
        },
      ),
    );
  });
});
