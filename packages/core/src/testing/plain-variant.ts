import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import {
  defineVariant,
  inferenceSae,
  randomDirections,
  reconstructionLoss,
  select,
} from '../variant/index.ts';

/**
 * A small variant for tests of core, which knows none of the real ones. It has a state: how many steps it has seen and how
 * often each latent fired.
 */
export const plainVariant = defineVariant({
  name: 'plain',
  mathVersion: 1,
  paper: 'none',
  hyper: z.strictObject({
    l1: z.number().nonnegative().describe('Weight of the sum of the code.'),
    decoderNorm: z.enum(['unit', 'free']).describe('Whether decoder rows are held at norm 1.'),
  }),
  sparsityHyper: 'l1',
  lossConvention: () => 'for tests',
  defaults: () => ({ learningRate: 1e-3, beta1: 0.9, beta2: 0.999, gradientClip: null }),
  init({ dIn, dSae, random }) {
    const W_dec = randomDirections(dSae, dIn, 1, random);
    // So short that the first reconstruction is about a quarter of x, without a look at the sample.
    const W_enc = tf.mul<tf.Tensor2D>(W_dec, dIn / (2 * dSae));
    return {
      params: { W_enc, b_enc: tf.zeros<tf.Rank.R1>([dSae]), W_dec, b_dec: tf.zeros<tf.Rank.R1>([dIn]) },
      state: { steps: tf.scalar(0), firings: tf.zeros<tf.Rank.R1>([dSae]) },
    };
  },
  roles: ({ decoderNorm }) => ({
    encoder: 'W_enc',
    decoder: 'W_dec',
    perLatent: { b_enc: 0 },
    perDimension: ['b_dec'],
    decoderNorm,
  }),
  encode: ({ W_enc, b_enc, b_dec }, x, _hyper, { ops }) =>
    ops.encode({ x, center: b_dec, W: W_enc, bias: b_enc, select: { code: select.positive() } }),
  decode: ({ W_dec, b_dec }, { code }, _hyper, ops) => ops.decode(code, W_dec, b_dec),
  losses: {
    reconstruction: reconstructionLoss,
    sparsity: {
      schedule: 'sparsity',
      weight: ({ l1 }) => l1,
      compute: ({ x, encoded: { code } }) => tf.div(code.sum(), x.shape[0]),
    },
  },
  update: ({ code }, _hyper, { state: { steps, firings } }) => ({
    steps: tf.add<tf.Scalar>(steps, 1),
    firings: tf.add<tf.Tensor1D>(firings, code.fired()),
  }),
  toInference: (params) => inferenceSae('standard', params),
}).variant;

export type PlainVariant = typeof plainVariant;
