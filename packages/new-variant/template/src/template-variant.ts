/**
 * A ReLU autoencoder with an L1 penalty, to start from. The numbered comments say where a paper's mathematics goes. Delete
 * each once the code below it is the paper's.
 *
 * f = ReLU((x − b_dec)·W_encᵀ + b_enc),  x̂ = f·W_dec + b_dec
 * L = ‖x − x̂‖² + λ·‖f‖₁
 */
import {
  defineVariant,
  fittedParams,
  inferenceSae,
  linearReconstructionLoss,
  select,
  standardRoles,
} from '@sae-lab/core/variant';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/**
 * The template-variant autoencoder, for a sweep.
 *
 * @example variants: [templateVariant({ l1: [1, 2, 4] })]
 */
export const templateVariant = defineVariant({
  name: 'template-variant',
  mathVersion: 1,

  // (1) Source: the paper's address, the loss in its formulas, its optimiser.
  paper: 'https://transformer-circuits.pub/2023/monosemantic-features',
  lossConvention: () => 'mean_b[ ‖x − x̂‖² + λ·‖f‖₁ ], decoder rows of norm 1',
  defaults: () => ({ learningRate: 3e-4, beta1: 0.9, beta2: 0.999, gradientClip: 1 }),

  // (2) Hyperparameters: what a sweep can vary, each with a description; sparsityHyper trades sparsity against fidelity.
  hyper: z.strictObject({
    l1: z.number().nonnegative().describe('λ, the weight of the L1 term.'),
  }),
  sparsityHyper: 'l1',

  // (3) Parameters: how each starts and its role. Encoder and decoder are [dSae, dIn], one row per latent.
  init: (args) => ({ params: fittedParams(args) }),
  roles: () => standardRoles('unit'),

  // (4) Codes: `select` chooses the pre-activations that stay on; `code.map` transforms their values.
  encode: ({ W_enc, b_enc, b_dec }, x, _hyper, { ops }) =>
    ops.encode({ x, center: b_dec, W: W_enc, bias: b_enc, select: { code: select.positive() } }),

  // (5) Reconstruction: x̂ from the code. If it is more than this product, use `reconstructionLoss` in the losses.
  decode: ({ W_dec, b_dec }, { code }, _hyper, ops) => ops.decode(code, W_dec, b_dec),

  // (6) Losses: named terms, each a mean over the batch before its weight. 'sparsity' terms are warmed up.
  losses: {
    reconstruction: linearReconstructionLoss,
    sparsity: {
      schedule: 'sparsity',
      weight: ({ l1 }) => l1,
      compute: ({ x, encoded: { code } }) => tf.div(code.sum(), x.shape[0]),
    },
  },

  // (7) Saved as: `standard`, `topk`, `gated` or `jumprelu`, which SAELens loads.
  toInference: (params) => inferenceSae('standard', params),
});
