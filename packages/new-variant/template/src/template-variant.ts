/**
 * A ReLU autoencoder with an L1 penalty on its codes, to start from. The numbered comments say where a paper's
 * mathematics goes; delete each when what is below it is the paper's.
 *
 * f = ReLU((x − b_dec)·W_encᵀ + b_enc),  x̂ = f·W_dec + b_dec
 * L = ‖x − x̂‖² + λ·‖f‖₁
 */
import {
  fittedParams,
  inferenceSae,
  linearReconstructionLoss,
  select,
  standardRoles,
  sweepable,
} from '@sae-lab/core';
import type { Code, StandardParams, Variant } from '@sae-lab/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

// (1) Hyperparameters: what a sweep can turn, each described, with the paper's defaults.
const hyper = z.strictObject({
  l1: z.number().nonnegative().describe('λ, the weight of the L1 term.'),
});

type Hyper = z.infer<typeof hyper>;

export const variant: Variant<Hyper, StandardParams, { code: Code }> = {
  specVersion: 1,
  name: 'template-variant',
  mathVersion: 1,
  // (2) Source: its address, which hyperparameter trades fidelity for sparsity, exactly what is minimised, its optimiser.
  paper: 'https://transformer-circuits.pub/2023/monosemantic-features',
  hyper,
  sparsity: 'l1',
  lossConvention: () => 'mean_b[ ‖x − x̂‖² + λ·‖f‖₁ ], decoder rows of norm 1',
  defaults: () => ({ learningRate: 3e-4, beta1: 0.9, beta2: 0.999, gradientClip: 1 }),

  // (3) Parameters: how each begins and what it is to the trainer. Encoder and decoder are [dSae, dIn], a latent is a row.
  init: (args) => ({ params: fittedParams(args) }),
  roles: () => standardRoles('unit'),

  // (4) Codes: which pre-activations stay on is a selection; what becomes of their values, `code.map`.
  encode: ({ W_enc, b_enc, b_dec }, x, _hyper, { ops }) =>
    ops.encode({ x, center: b_dec, W: W_enc, bias: b_enc, select: { code: select.positive() } }),
  // (5) Reconstruction: x̂ from the code. Where it is more than this line, the loss below is `reconstructionLoss`.
  decode: ({ W_dec, b_dec }, { code }, _hyper, ops) => ops.decode(code, W_dec, b_dec),

  // (6) Losses: named terms, each an unweighted mean over the batch; 'sparsity' terms are warmed up.
  losses: {
    reconstruction: linearReconstructionLoss,
    sparsity: {
      schedule: 'sparsity',
      weight: ({ l1 }) => l1,
      compute: ({ x, encoded: { code } }) => tf.div(code.sum(), x.shape[0]),
    },
  },

  // (7) Saved as: the tensors of `standard`, `topk`, `gated` or `jumprelu`.
  toInference: (params) => inferenceSae('standard', params),
};

/** `templateVariant({ l1: [1, 2, 4] })` in a sweep. */
export const templateVariant = sweepable<Hyper, z.input<typeof hyper>>(variant);
