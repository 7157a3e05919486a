import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fitLogistic, predicts } from './logistic-regression.ts';

interface Case {
  columns: number;
  x: number[];
  y: boolean[];
  weights: number[];
  bias: number;
}
/** Made by tests/reference/logistic.py with scikit-learn. */
const CASES = JSON.parse(readFileSync(new URL('logistic-golden.json', import.meta.url), 'utf8')) as Case[];

describe('fitLogistic', () => {
  it.each(CASES.map((one) => [one.y.length, one.columns, one] as const))(
    'agrees with scikit-learn on %i rows of %i columns',
    (_, columns, { x, y, weights, bias }) => {
      const probe = fitLogistic(Float64Array.from(x), y, columns);
      probe.weights.forEach((weight, j) => expect(weight).toBeCloseTo(weights[j]!, 4));
      expect(probe.bias).toBeCloseTo(bias, 4);
    },
  );

  it('predicts one class without a feature that varies', () => {
    const probe = fitLogistic(new Float64Array(4), [true, true, true, false], 1);
    expect(probe.weights[0]).toBe(0);
    expect(probe.bias).toBeCloseTo(Math.log(3), 5);
    expect(predicts(probe, Float64Array.of(0))).toBe(true);
  });
});
