import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Code } from '../codes/code.ts';
import { select } from '../codes/selection.ts';
import { inferenceSae } from '../sae/inference-sae.ts';
import type { Variant } from '../variant/contract.ts';
import { randomDirections } from '../variant/init.ts';
import { squaredError } from '../variant/reconstruction-loss.ts';

const hyper = z.strictObject({
  l1: z.number().nonnegative().describe('Weight of the sum of the code.'),
  decoderNorm: z.enum(['unit', 'free']).describe('Whether decoder rows are held at norm 1.'),
});

/**
 * The least variant that trains, for tests of core, which knows none of the real ones. Unlike them it has a
 * state: how many steps it has seen and how often its latents fired.
 */
export const plainVariant: Variant<
  z.infer<typeof hyper>,
  { W_enc: tf.Tensor2D; b_enc: tf.Tensor1D; W_dec: tf.Tensor2D; b_dec: tf.Tensor1D },
  { code: Code },
  { steps: tf.Scalar; firings: tf.Tensor1D }
> = {
  specVersion: 1,
  name: 'plain',
  mathVersion: 1,
  paper: 'none',
  hyper,
  sparsity: 'l1',
  lossConvention: () => 'for tests',
  defaults: () => ({ learningRate: 1e-3, beta1: 0.9, beta2: 0.999, gradientClip: null }),
  roles: ({ decoderNorm }) => ({
    encoder: 'W_enc',
    decoder: 'W_dec',
    perLatent: { b_enc: 0 },
    perDimension: ['b_dec'],
    decoderNorm,
  }),
  init({ dIn, dSae, random }) {
    const W_dec = randomDirections(dSae, dIn, 1, random);
    // So short that the first reconstruction is about a quarter of x, without a look at the sample.
    const W_enc = tf.mul<tf.Tensor2D>(W_dec, dIn / (2 * dSae));
    return {
      params: { W_enc, b_enc: tf.zeros([dSae]), W_dec, b_dec: tf.zeros([dIn]) },
      state: { steps: tf.scalar(0), firings: tf.zeros([dSae]) },
    };
  },
  encode: ({ W_enc, b_enc, b_dec }, x, _hyper, { ops }) =>
    ops.encode({ x, center: b_dec, W: W_enc, bias: b_enc, select: { code: select.positive() } }),
  decode: ({ W_dec, b_dec }, { code }, _hyper, ops) => ops.decode(code, W_dec, b_dec),
  losses: {
    reconstruction: {
      schedule: 'constant',
      weight: () => 1,
      compute: ({ x, reconstruction }) => squaredError(x, reconstruction),
    },
    sparsity: {
      schedule: 'sparsity',
      weight: ({ l1 }) => l1,
      compute: ({ x, encoded: { code } }) => tf.div(code.sum(), x.shape[0]),
    },
  },
  update: ({ code }, _hyper, { state: { steps, firings } }) => ({
    steps: tf.add(steps, 1),
    firings: tf.add(firings, code.fired()),
  }),
  toInference: (params) => inferenceSae('standard', params),
};
