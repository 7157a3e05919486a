import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../random/seeded.ts';
import { adaptiveOps } from '../codes/adaptive-ops.ts';
import { select, type Selection } from '../codes/selection.ts';
import { fittedParams, geometricMedian, randomDirections, tiedParams, uniformTensor } from './init.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

describe('geometricMedian', () => {
  it('resists an outlier, unlike the mean', () => {
    const rows = [
      [0, 1],
      [0, -1],
      [1, 0],
      [-1, 0],
      [1000, 1000],
    ];
    const median = geometricMedian({ shape: [5, 2], data: Float32Array.from(rows.flat()) }).dataSync();
    expect(Math.hypot(...median)).toBeLessThan(1);
  });

  it('is the point where the unit vectors to three corners add up to zero', () => {
    // The centre of an equilateral triangle.
    const data = Float32Array.of(0, 0, 2, 0, 1, Math.sqrt(3));
    const median = geometricMedian({ shape: [3, 2], data }).dataSync();
    expect(median[0]).toBeCloseTo(1, 3);
    expect(median[1]).toBeCloseTo(1 / Math.sqrt(3), 3);
  });
});

it('draws directions of the requested norm, and values within the bound', () => {
  const rows = randomDirections(50, 8, 0.1, seeded(0, 'directions')).arraySync();
  for (const row of rows) expect(Math.hypot(...row)).toBeCloseTo(0.1, 5);
  const values = uniformTensor([1000], 0.5, seeded(0, 'uniform')).dataSync();
  expect(Math.max(...values)).toBeGreaterThan(0.45);
  expect(Math.min(...values)).toBeLessThan(-0.45);
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(0.5);
});

describe.each([2, 8, 32])('an initialisation with %d latents per dimension', (ratio) => {
  const [rows, dIn] = [256, 16];
  const dSae = ratio * dIn;
  const random = seeded(0, 'sample');
  // Activations with a large mean, as in a residual stream.
  const data = Float32Array.from({ length: rows * dIn }, (_, i) => random.normal() + (i % dIn));
  const args = { dIn, dSae, hyper: {}, sample: { shape: [rows, dIn], data } };
  const x = () => tf.tensor2d(data, [rows, dIn]);

  /** Explained variance with the encoder's rows scaled by a factor. */
  function explained(
    { W_enc, W_dec, b_enc, b_dec }: ReturnType<typeof tiedParams>,
    selection: Selection,
    factor = 1,
  ): number {
    const W = tf.mul<tf.Tensor2D>(W_enc, factor);
    const { code } = adaptiveOps.encode({
      x: x(),
      center: b_dec,
      W,
      bias: b_enc,
      select: { code: selection },
    });
    const residual = tf.squaredDifference(x(), adaptiveOps.decode(code, W_dec, b_dec));
    const spread = tf.squaredDifference(x(), tf.mean(x(), 0, true));
    return 1 - tf.sum(residual).dataSync()[0]! / tf.sum(spread).dataSync()[0]!;
  }

  it.each([
    ['positive', select.positive()],
    ['topK', select.topK(4)],
    ['batchTopK', select.batchTopK(4)],
  ])('%s: an encoder four times as long would fit the sample best', (_name, selection) => {
    const params = fittedParams({ ...args, random: seeded(0, 'init') }, { selection });
    const [start, best] = [explained(params, selection), explained(params, selection, 4)];
    expect(start).toBeGreaterThan(-0.02);
    expect(best).toBeGreaterThan(explained(params, selection, 4.2));
    expect(best).toBeGreaterThan(explained(params, selection, 3.8));
    const norms = tf.norm(params.W_dec, 2, 1).dataSync();
    norms.forEach((norm) => expect(norm).toBeCloseTo(1, 5));
  });

  it('with a free decoder is close to the mean predictor', () => {
    const params = tiedParams({ ...args, random: seeded(0, 'init') });
    for (const selection of [select.positive(), select.topK(4)]) {
      expect(explained(params, selection)).toBeGreaterThan(-0.02);
      expect(explained(params, selection)).toBeLessThan(0.5);
    }
  });
});
