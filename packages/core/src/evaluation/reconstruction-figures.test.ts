import { describe, expect, it } from 'vitest';
import { seeded } from '../random/seeded.ts';
import { ReconstructionFigures } from './reconstruction-figures.ts';

const D = 7;
const ROWS = 500;
const random = seeded(0, 'figures');
/** Far from the origin, so that the mean matters: where definitions differ, they differ here. */
const x = Float32Array.from({ length: ROWS * D }, (_, i) => 5 + (i % D) + random.normal());

function measure(reconstruction: Float32Array, batchRows = ROWS): Record<string, number> {
  const figures = new ReconstructionFigures(D);
  for (let start = 0; start < x.length; start += batchRows * D) {
    figures.add(
      x.subarray(start, start + batchRows * D),
      reconstruction.subarray(start, start + batchRows * D),
    );
  }
  return figures.result();
}

describe('ReconstructionFigures', () => {
  it('gives the mean predictor explained variance 0', () => {
    const mean = Array.from({ length: D }, (_, j) => {
      let sum = 0;
      for (let row = 0; row < ROWS; row++) sum += x[row * D + j] as number;
      return sum / ROWS;
    });
    const predicted = Float32Array.from(x, (_, i) => mean[i % D] as number);
    expect(measure(predicted)['explained_variance']).toBeCloseTo(0, 5);
  });

  it('gives the identity ratios of 1 and no error', () => {
    const { explained_variance, mse, cosine, l2_ratio, relative_reconstruction_bias } = measure(x);
    expect([explained_variance, mse, relative_reconstruction_bias]).toEqual([1, 0, 1]);
    expect(cosine).toBeCloseTo(1, 12);
    expect(l2_ratio).toBeCloseTo(1, 12);
  });

  it('does not depend on the batch size', () => {
    const noisy = x.map((value) => 0.9 * value + random.normal());
    const whole = measure(noisy);
    for (const [name, value] of Object.entries(measure(noisy, 33))) {
      expect(value, name).toBeCloseTo(whole[name] as number, 10);
    }
  });

  it('detects shrinkage: half of x has l2_ratio 0.5, cosine 1 and bias 0.5', () => {
    const { cosine, l2_ratio, relative_reconstruction_bias } = measure(x.map((value) => value / 2));
    expect(cosine).toBeCloseTo(1, 6);
    expect(l2_ratio).toBeCloseTo(0.5, 6);
    expect(relative_reconstruction_bias).toBeCloseTo(0.5, 6);
  });
});

describe('undefined figures', () => {
  const rows = (values: readonly number[], reconstruction: readonly number[]): Record<string, number> => {
    const figures = new ReconstructionFigures(2);
    figures.add(values, reconstruction);
    return figures.result();
  };

  it('explained variance of one row, and of equal rows whatever the rounding of their mean', () => {
    expect(rows([1, 2], [1, 3])['explained_variance']).toBeNaN();
    const equal = Array.from({ length: 2000 }, (_, i) => Math.fround(i % 2 === 0 ? 0.1 : 1e5 / 3));
    expect(
      rows(
        equal,
        equal.map((value) => value + 1),
      )['explained_variance'],
    ).toBeNaN();
  });

  it('is exact for nearly equal rows far from 0', () => {
    const values = Array.from({ length: 2000 }, (_, i) => 1000 + (i % 4 < 2 ? 0 : 2 ** -13));
    const mean = values.map(() => 1000 + 2 ** -14);
    expect(rows(values, mean)['explained_variance']).toBeCloseTo(0, 12);
  });

  it('bias of a zero reconstruction', () => {
    expect(rows([1, 2, 3, 4], [0, 0, 0, 0])['relative_reconstruction_bias']).toBeNaN();
  });
});
