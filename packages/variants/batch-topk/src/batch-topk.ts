/**
 * The BatchTopK autoencoder: of a batch's pre-activations the k·B largest stay, so that rows share their budget.
 *
 * f = BatchTopK(ReLU((x − b_dec)·W_encᵀ + b_enc)),  x̂ = f·W_dec + b_dec,  L = ‖x − x̂‖² + α·AuxK
 * Afterwards there is no batch: a running mean of the smallest activation kept is the threshold of a JumpReLU.
 */
import {
  adamByWidth,
  auxK,
  auxWeight,
  encodeBatchTopK,
  initialThreshold,
  nextThreshold,
  linearReconstructionLoss,
  requireAtMostWidth,
  standardRoles,
  sweepable,
  tiedParams,
  withThreshold,
} from '@sae-lab/core';
import type { Code, StandardParams, ThresholdState, Variant } from '@sae-lab/core';
import { z } from 'zod';

const hyper = z.strictObject({
  k: z.int().positive().describe('Latents that stay on in a row, on average over the batch.'),
  auxWeight,
});

type Hyper = z.infer<typeof hyper>;

export const variant: Variant<Hyper, StandardParams, { code: Code; aux?: Code }, ThresholdState> = {
  specVersion: 1,
  name: 'batch-topk',
  mathVersion: 2,
  paper: 'https://arxiv.org/abs/2412.06410',
  hyper,
  sparsity: 'k',
  lossConvention: () =>
    'mean_b ‖x − x̂‖² + α·AuxK as of TopK; saved with a threshold, the running mean of the smallest activation kept',
  defaults: adamByWidth,
  roles: () => standardRoles('free'),
  validate: ({ hyper: { k }, dSae }) => requireAtMostWidth(k, dSae),
  init: (args) => ({
    params: tiedParams(args),
    state: initialThreshold(),
  }),

  encode: (params, x, { k }, context) => encodeBatchTopK(params, x, k, context),
  decode: ({ W_dec, b_dec }, { code }, _hyper, ops) => ops.decode(code, W_dec, b_dec),
  losses: { reconstruction: linearReconstructionLoss, auxk: auxK },
  update: ({ code }, _hyper, context) => nextThreshold(code, context),
  toInference: (params, _hyper, state) => withThreshold(params, state),
};

/** `batchTopk({ k: [16, 32] })` in a sweep. */
export const batchTopk = sweepable<Hyper, z.input<typeof hyper>>(variant);
