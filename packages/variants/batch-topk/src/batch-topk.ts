/**
 * The BatchTopK autoencoder (Bussmann et al. 2024): of all pre-activations of a batch of B rows, only the k·B largest stay
 * on, so that rows share a budget.
 *
 * f = BatchTopK(ReLU((x − b_dec)·W_encᵀ + b_enc)),  x̂ = f·W_dec + b_dec
 * L = ‖x − x̂‖² + α·AuxK
 *
 * After training there is no batch. The saved SAE is a JumpReLU whose threshold is a running mean of the smallest activation
 * kept. `batchTopKCode` holds encoding and threshold, which Matryoshka shares.
 */
import {
  auxK,
  batchTopKCode,
  batchTopKHyper,
  defineVariant,
  linearReconstructionLoss,
  requireAtMostWidth,
} from '@sae-lab/core/variant';
import { z } from 'zod';

/**
 * BatchTopK, for a sweep.
 *
 * @example variants: [batchTopk({ k: [16, 32] })]
 */
export const batchTopk = defineVariant({
  ...batchTopKCode,
  name: 'batch-topk',
  mathVersion: 2,
  paper: 'https://arxiv.org/abs/2412.06410',
  hyper: z.strictObject(batchTopKHyper),
  sparsityHyper: 'k',
  lossConvention: () =>
    'mean_b ‖x − x̂‖² + α·AuxK as of TopK; saved with a threshold, the running mean of the smallest activation kept',
  validate: ({ hyper: { k }, dSae }) => requireAtMostWidth(k, dSae),
  losses: { reconstruction: linearReconstructionLoss, auxk: auxK },
});
