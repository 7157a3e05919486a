/**
 * The JumpReLU autoencoder (Rajamanoharan et al. 2024): one threshold per latent, trained through the step by
 * straight-through estimators.
 *
 * z = (x − b_dec)·W_encᵀ + b_enc,  f = z·1[z > θ],  x̂ = f·W_dec + b_dec
 * L = ‖x − x̂‖² + λ·L0, or ‖x − x̂‖² + λ·(L0/target − 1)²
 */
import {
  defineVariant,
  fittedParams,
  heaviside,
  inferenceSae,
  jump,
  linearReconstructionLoss,
  select,
  standardRoles,
} from '@sae-lab/core/variant';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/**
 * JumpReLU, for a sweep.
 *
 * @example variants: [jumpRelu({ l0: [0.01, 0.1] })]
 */
export const jumpRelu = defineVariant({
  name: 'jump-relu',
  mathVersion: 2,
  paper: 'https://arxiv.org/abs/2407.14435',
  hyper: z.strictObject({
    l0: z.number().nonnegative().describe('λ, the weight of the L0 term.'),
    targetL0: z
      .number()
      .positive()
      .nullable()
      .default(null)
      .describe('The L0 to aim for: the term is (L0/target − 1)². null: the term is L0 itself.'),
    bandwidth: z
      .number()
      .positive()
      .default(0.05)
      .describe(
        'ε, the width of the window around θ in which the step has a derivative, on normalised activations.',
      ),
    theta: z.number().positive().default(0.01).describe('Initial θ of every latent.'),
  }),
  sparsityHyper: 'l0',
  lossConvention: ({ targetL0 }) =>
    `mean_b ‖x − x̂‖² + λ·${targetL0 === null ? 'L0' : '(L0/target − 1)²'}, straight-through over a window of ε, decoder rows of norm 1`,
  defaults: () => ({ learningRate: 7e-5, beta1: 0, beta2: 0.999, gradientClip: 1 }),

  init(args) {
    const theta = tf.mul<tf.Tensor1D>(tf.ones([args.dSae]), args.hyper.theta);
    // θ and ε are measured against pre-activations, so the encoder starts at the scale that fits best.
    return { params: { ...fittedParams(args, { part: 1 }), theta } };
  },
  roles: ({ theta }) => ({ ...standardRoles('unit'), perLatent: { b_enc: 0, theta } }),
  straightThrough: ['theta'],

  encode({ W_enc, b_enc, b_dec, theta }, x, { bandwidth }, { ops }) {
    const { preActivations } = ops.encode({
      x,
      center: b_dec,
      W: W_enc,
      bias: b_enc,
      select: { preActivations: select.threshold(theta, { window: bandwidth }) },
    });
    return {
      code: preActivations.map((values, at) => jump(values, at, bandwidth), theta),
      // 1[z > θ]: its sum is L0.
      on: preActivations.map((values, at) => heaviside(values, at, bandwidth), theta),
    };
  },
  decode: ({ W_dec, b_dec }, { code }, _hyper, ops) => ops.decode(code, W_dec, b_dec),

  losses: {
    reconstruction: linearReconstructionLoss,
    sparsity: {
      schedule: 'sparsity',
      weight: ({ l0 }) => l0,
      compute({ x, encoded: { on }, hyper: { targetL0 } }) {
        const l0 = tf.div<tf.Scalar>(on.sum(), x.shape[0]);
        return targetL0 === null ? l0 : tf.square(tf.sub(tf.div(l0, targetL0), 1));
      },
    },
  },

  curves: { threshold: { label: 'Threshold', meaning: 'Mean of θ over the latents.' } },
  log: ({ params: { theta } }) => ({ threshold: tf.mean(theta) }),

  toInference: ({ theta, ...params }) => inferenceSae('jumprelu', { ...params, threshold: theta }),
});
