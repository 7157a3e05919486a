/**
 * The gated autoencoder (Rajamanoharan et al. 2024): one encoder decides which latents are on, another how strongly. They
 * share weights.
 *
 * u = (x − b_dec)·W_encᵀ,  π = u + b_gate,  f = 1[π > 0] ⊙ ReLU(e^{r_mag} ⊙ u + b_mag),  x̂ = f·W_dec + b_dec
 * L = ‖x − x̂‖² + λ·‖ReLU(π)‖₁ + ‖x − (ReLU(π)·W_dec + b_dec)‖²
 *
 * The paper freezes the decoder in the last term, so that it is not fitted to the gate's shrunken activations. Here it is
 * frozen in the second half of a run only: a decoder that also learns from this term starts faster and leaves fewer latents
 * dead. docs/quality.md has the figures of both.
 */
import {
  defineVariant,
  fittedParams,
  inferenceSae,
  linearReconstructionLoss,
  select,
} from '@sae-lab/core/variant';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/**
 * The gated autoencoder, for a sweep.
 *
 * @example variants: [gated({ l1: [1, 2] })]
 */
export const gated = defineVariant({
  name: 'gated',
  mathVersion: 2,
  paper: 'https://arxiv.org/abs/2404.16014',
  hyper: z.strictObject({
    l1: z.number().nonnegative().describe('λ, the weight of the L1 term on the gate.'),
    frozenFrom: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe(
        'Fraction of the run after which the decoder is frozen in the auxiliary term; 0: always, as in the paper.',
      ),
  }),
  sparsityHyper: 'l1',
  lossConvention: ({ frozenFrom }) =>
    `mean_b[ ‖x − x̂‖² + λ·‖ReLU(π)‖₁ + ‖x − (ReLU(π)·W_dec + b_dec)‖² ], W_dec and b_dec frozen in the last term from ${frozenFrom} of the run on, decoder rows of norm 1`,
  defaults: () => ({ learningRate: 5e-5, beta1: 0.9, beta2: 0.999, gradientClip: 1, sparsityWarmup: 0.2 }),

  init(args) {
    const { b_enc: b_gate, ...params } = fittedParams(args);
    return { params: { ...params, b_gate, b_mag: tf.clone(b_gate), r_mag: tf.clone(b_gate) } };
  },
  roles: () => ({
    encoder: 'W_enc',
    decoder: 'W_dec',
    perLatent: { b_gate: 0, b_mag: 0, r_mag: 0 },
    perDimension: ['b_dec'],
    decoderNorm: 'unit',
  }),

  encode({ W_enc, b_gate, b_mag, r_mag, b_dec }, x, _hyper, { ops }) {
    // One product serves both encoders: the gate is open where u > −b_gate.
    const { u } = ops.encode({ x, center: b_dec, W: W_enc, select: { u: select.threshold(tf.neg(b_gate)) } });
    return {
      code: u.map((values, r, bias) => tf.relu(tf.add(tf.mul(values, tf.exp(r)), bias)), r_mag, b_mag),
      // ReLU(π)
      gate: u.map((values, bias) => tf.add(values, bias), b_gate),
    };
  },
  decode: ({ W_dec, b_dec }, { code }, _hyper, ops) => ops.decode(code, W_dec, b_dec),

  losses: {
    reconstruction: linearReconstructionLoss,
    sparsity: {
      schedule: 'sparsity',
      weight: ({ l1 }) => l1,
      compute: ({ x, encoded: { gate } }) => tf.div(gate.sum(), x.shape[0]),
    },
    auxiliary: {
      schedule: 'constant',
      weight: () => 1,
      compute({ x, encoded: { gate }, params: { W_dec, b_dec }, hyper, step, totalSteps, ops }) {
        const frozen = !(step < hyper.frozenFrom * totalSteps);
        return tf.div(ops.sumSquaredError(x, gate, W_dec, b_dec, { frozen }), x.shape[0]);
      },
    },
  },

  toInference: (params) => inferenceSae('gated', params),
});
