import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../../random/seeded.ts';
import { LoadedSae } from '../../sae/loaded-sae.ts';
import type { InferenceSae } from '../../sae/inference-sae.ts';
import { evaluate } from '../evaluate.ts';
import { principalComponents, principalComponentsSae } from './principal-components.ts';
import { randomDictionary, scaled } from './random-dictionary.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

const D = 12;
const ROWS = 400;
const random = seeded(3, 'baselines');
/** Variance falls by dimension, in a rotated basis far from the origin. */
const mixing = Array.from({ length: D * D }, () => random.normal());
const x = new Float32Array(ROWS * D);
for (let row = 0; row < ROWS; row++) {
  const source = Array.from({ length: D }, (_, i) => random.normal() / (1 + i));
  for (let d = 0; d < D; d++) {
    x[row * D + d] = 100 + source.reduce((sum, value, i) => sum + value * mixing[i * D + d]!, 0);
  }
}
async function* batches(size = 64): AsyncGenerator<{ activations: Float32Array }> {
  for (let row = 0; row < ROWS; row += size) yield { activations: x.subarray(row * D, (row + size) * D) };
}
async function figuresOf(sae: InferenceSae): Promise<Record<string, number>> {
  const loaded = new LoadedSae(sae);
  try {
    return (await evaluate(loaded, batches())).figures;
  } finally {
    loaded.dispose();
  }
}

describe('principal components', () => {
  it('explain the share of variance of their eigenvalues, with L0 = k', async () => {
    const components = await principalComponents(batches(), D);
    // The eigenvalues as variances of the projections, independently of the decomposition.
    const variances = Array.from({ length: D }, (_, k) => {
      const direction = components.directions.subarray(k * D, (k + 1) * D);
      let sum = 0;
      for (let row = 0; row < ROWS; row++) {
        let dot = 0;
        for (let d = 0; d < D; d++) dot += (x[row * D + d]! - components.mean[d]!) * direction[d]!;
        sum += dot * dot;
      }
      return sum / ROWS;
    });
    expect(variances).toEqual(variances.toSorted((a, b) => b - a));
    const total = variances.reduce((a, b) => a + b, 0);
    for (const k of [1, 4, D]) {
      const { l0, explained_variance } = await figuresOf(principalComponentsSae(components, k));
      expect(l0).toBeCloseTo(k, 10);
      const share = variances.slice(0, k).reduce((a, b) => a + b, 0) / total;
      expect(explained_variance).toBeCloseTo(share, 4);
    }
  });

  it('do not depend on the batch size', async () => {
    const one = await principalComponents(batches(400), D);
    const other = await principalComponents(batches(7), D);
    expect(other.mean).toEqual(one.mean);
    expect(other.directions).toEqual(one.directions);
  });
});

describe('random dictionary', () => {
  it('keeps k latents, and reconstructs better than the mean but worse than k principal components', async () => {
    const components = await principalComponents(batches(), D);
    const sae = randomDictionary(components.mean, { dSae: 48, k: 4, seed: 0 });
    const loaded = new LoadedSae(sae);
    const reconstruction = tf.tidy(() => loaded.decode(loaded.encode(tf.tensor2d(x, [ROWS, D]))).dataSync());
    loaded.dispose();
    const fitted = await figuresOf(scaled(sae, x, reconstruction as Float32Array));
    expect(fitted['l0']).toBeLessThanOrEqual(4);
    expect(fitted['explained_variance']).toBeGreaterThan(0.05);
    const best = await figuresOf(principalComponentsSae(components, 4));
    expect(fitted['explained_variance']).toBeLessThan(best['explained_variance']!);
    // No other factor does better.
    const { explained_variance: raw } = await figuresOf(sae);
    expect(fitted['explained_variance']).toBeGreaterThanOrEqual(raw!);
  });

  it('is the same for the same seed', () => {
    const of = (seed: number): InferenceSae => randomDictionary([0, 0], { dSae: 8, k: 1, seed });
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });
});
