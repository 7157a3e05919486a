import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../random/seeded.ts';
import { LoadedSae } from './loaded-sae.ts';
import { randomSae } from './random-sae.ts';
import { SparseEncoder } from './sparse-encoder.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

const D_IN = 16;
const ROWS = 40;

describe.each(['standard', 'topk', 'gated', 'jumprelu'] as const)(
  'the entries of a %s SAE',
  (architecture) => {
    it.each([
      ['few latents are active', -8],
      ['most latents are active', 4],
    ])('are those of its code if %s', async (_, bias) => {
      const random = seeded(0, 'x');
      const x = Float32Array.from({ length: ROWS * D_IN }, () => random.normal());
      const sae = { ...randomSae(512, 3, { architecture, bias, dIn: D_IN }), applyBDecToInput: bias < 0 };
      const loaded = new LoadedSae(sae);
      const encoder = new SparseEncoder(sae);
      const before = tf.memory().numTensors;
      const { rowStart, latentOf, values } = await encoder.encode(x, ROWS);
      expect(tf.memory().numTensors).toBe(before);

      const dense = new Float32Array(ROWS * sae.dSae);
      for (let row = 0; row < ROWS; row++) {
        const latents = latentOf.subarray(rowStart[row], rowStart[row + 1]);
        expect(latents).toEqual(latents.toSorted());
        latents.forEach((latent, i) => (dense[row * sae.dSae + latent] = values[rowStart[row]! + i]!));
      }
      const expected = tf.tidy(() => loaded.encode(tf.tensor2d(x, [ROWS, D_IN])).dataSync<'float32'>());
      expect(expected.some((value) => value > 0)).toBe(true);
      const difference = dense.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
      expect(difference).toBeLessThan(1e-4);

      const reconstruction = await encoder.reconstruct(x, ROWS);
      const decoded = tf.tidy(() =>
        loaded.decode(loaded.encode(tf.tensor2d(x, [ROWS, D_IN]))).dataSync<'float32'>(),
      );
      const largest = decoded.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(reconstruction.every((value, i) => Math.abs(value - decoded[i]!) < 1e-5 * largest)).toBe(true);
      encoder.dispose();
      loaded.dispose();
    });
  },
);
