import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { seeded } from '../random/seeded.ts';
import { adam, zeroMoments } from './adam.ts';
import type { Params } from '../variant/contract.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

it.each([
  { beta1: 0.9, beta2: 0.999 },
  { beta1: 0, beta2: 0.999 },
])('matches 20 textbook Adam steps in float64 (β₁ $beta1)', ({ beta1, beta2 }) => {
  const settings = { learningRate: 0.01, beta1, beta2, epsilon: 1e-8 };
  const random = seeded(0, 'adam');
  const expected = Array.from({ length: 12 }, () => random.normal());
  const m = new Float64Array(12);
  const v = new Float64Array(12);
  let params: Params = { w: tf.tensor2d(expected, [3, 4]) };
  let moments = zeroMoments(params);

  for (let t = 1; t <= 20; t++) {
    const gradient = Array.from({ length: 12 }, () => random.normal());
    ({ params, moments } = adam(params, { w: tf.tensor2d(gradient, [3, 4]) }, moments, t, settings));
    gradient.forEach((g, i) => {
      m[i] = beta1 * m[i]! + (1 - beta1) * g;
      v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
      const corrected = m[i] / (1 - beta1 ** t);
      expected[i]! -= (0.01 * corrected) / (Math.sqrt(v[i] / (1 - beta2 ** t)) + 1e-8);
    });
  }
  const actual = params['w']!.dataSync();
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 5));
});
