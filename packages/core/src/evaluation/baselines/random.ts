import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { SPLIT_SEED } from '../../activations/index.ts';
import { LoadedSae } from '../../sae/loaded-sae.ts';
import { defineBaseline } from './contract.ts';
import { randomDictionary, scaled } from './random-dictionary.ts';

/** Training rows that the scale of the decoder is fitted to. */
const SAMPLE_ROWS = 1024;

/** A TopK SAE that learned nothing but the mean of the activations and the scale of its decoder. */
export const random = defineBaseline({
  name: 'random',
  version: 1,
  meaning: 'Reconstructs with the k best of random directions.',
  settings: z.strictObject({
    width: z.int().positive().default(1024).describe('Number of latents.'),
    k: z.int().positive().default(32).describe('Number of active latents; at most width.'),
    seed: z.int32().min(0).default(0).describe('Determines the directions.'),
  }),
  width: (_, { width }) => width,
  async make({ store, holdout, signal }, { width, k, seed }) {
    const split = { holdout, seed: SPLIT_SEED, part: 'train' } as const;
    const { mean } = await store.statistics(split, signal);
    const sae = randomDictionary(mean, { dSae: width, k: Math.min(k, width), seed });
    let x: Float32Array = new Float32Array(0);
    for await (const batch of store.sequentialBatches({
      batchSize: SAMPLE_ROWS,
      split,
      maxRows: SAMPLE_ROWS,
    })) {
      x = batch.activations;
    }
    const loaded = new LoadedSae(sae);
    const decoded = tf.tidy(() =>
      loaded.decode(loaded.encode(tf.tensor2d(x, [x.length / store.dIn, store.dIn]))),
    );
    loaded.dispose();
    const reconstruction = (await decoded.data()) as Float32Array;
    decoded.dispose();
    return scaled(sae, x, reconstruction);
  },
});
