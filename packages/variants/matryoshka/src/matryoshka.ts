/**
 * The Matryoshka autoencoder (Bussmann et al. 2025): nested dictionaries. Every prefix of the latents reconstructs x by
 * itself, so the first latents stay general while the later ones specialise.
 *
 * f = BatchTopK(ReLU((x − b_dec)·W_encᵀ + b_enc)),  x̂_g = f[:, :F_g]·W_dec[:F_g] + b_dec
 * L = Σ_g ‖x − x̂_g‖² + α·AuxK
 *
 * Encoding and threshold are BatchTopK's.
 */
import {
  auxK,
  batchTopKCode,
  batchTopKHyper,
  defineVariant,
  requireAtMostWidth,
} from '@sae-lab/core/variant';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { prefixBounds } from './prefix-bounds.ts';

const groupFractions = z
  .array(z.number().positive())
  .refine((fractions) => Math.abs(fractions.reduce((sum, part) => sum + part, 0) - 1) < 1e-6, {
    error: 'the fractions of the width must add up to 1',
  })
  .default([1 / 32, 1 / 16, 1 / 8, 1 / 4, 17 / 32])
  .describe(
    'What each group adds to the prefix before it, as a fraction of the width; in a sweep a list of lists.',
  );

/**
 * Matryoshka, for a sweep.
 *
 * @example variants: [matryoshka({ k: [16, 32] })]
 */
export const matryoshka = defineVariant({
  ...batchTopKCode,
  name: 'matryoshka',
  mathVersion: 2,
  paper: 'https://arxiv.org/abs/2503.17547',
  hyper: z.strictObject({ ...batchTopKHyper, groups: groupFractions }),
  sparsityHyper: 'k',
  lossConvention: () => 'Σ_g mean_b ‖x − x̂_g‖² over nested prefixes, each of weight 1, + α·AuxK of the whole',
  validate({ hyper: { k, groups }, dSae }) {
    requireAtMostWidth(k, dSae);
    prefixBounds(groups, dSae);
  },
  losses: {
    reconstruction: {
      schedule: 'constant',
      weight: () => 1,
      compute({ x, encoded: { code }, params: { W_dec, b_dec }, hyper: { groups }, ops }) {
        const bounds = prefixBounds(groups, W_dec.shape[0]);
        return tf.div(ops.sumSquaredError(x, code, W_dec, b_dec, { bounds }), x.shape[0]);
      },
    },
    auxk: auxK,
  },
});
