import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../random/seeded.ts';
import { featureFrequencies, forEachActive } from './feature-frequencies.ts';

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

describe('frequencies of features', () => {
  it('are equal for exponent 0, and follow the power law unless one is capped at 1', () => {
    expect([...featureFrequencies({ features: 4, active: 1, frequencyExponent: 0 })]).toEqual([
      0.25, 0.25, 0.25, 0.25,
    ]);
    const zipf = featureFrequencies({ features: 100, active: 1, frequencyExponent: 1 });
    expect(zipf[0]! / zipf[9]!).toBeCloseTo(10, 10);
  });

  it('are probabilities that never increase and add up to the mean number of active features', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 10, noNaN: true }),
        (features, share, frequencyExponent) => {
          const active = share * features;
          const frequencies = featureFrequencies({ features, active, frequencyExponent });
          expect(sum(frequencies) / active).toBeCloseTo(1, 9);
          expect(frequencies.every((f, g) => f >= 0 && f <= 1 && f <= (frequencies[g - 1] ?? 1))).toBe(true);
        },
      ),
      { seed: 1, numRuns: 500 },
    ));
});

describe('the active features of a row', () => {
  it.each([
    [0, 3],
    [1, 3],
    [2, 10],
    [0, 20],
  ])('are active with their own frequencies, independently (exponent %f, %f of 20)', (exponent, active) => {
    const frequencies = featureFrequencies({ features: 20, active, frequencyExponent: exponent });
    const rows = 50_000;
    const random = seeded(0, 'test');
    const on = new Float64Array(20);
    let both = 0;
    for (let row = 0; row < rows; row++) {
      const seen = new Set<number>();
      forEachActive(frequencies, random, (feature) => {
        on[feature]!++;
        seen.add(feature);
      });
      if (seen.has(3) && seen.has(4)) both++;
    }
    // Five standard deviations.
    const deviation = (p: number): number => 5 * Math.sqrt((p * (1 - p)) / rows) + 1e-9;
    frequencies.forEach((p, g) =>
      expect(Math.abs(on[g]! / rows - p), `feature ${g}`).toBeLessThan(deviation(p)),
    );
    const pair = frequencies[3]! * frequencies[4]!;
    expect(Math.abs(both / rows - pair)).toBeLessThan(deviation(pair));
  });
});
