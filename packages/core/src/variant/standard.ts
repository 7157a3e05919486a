/** What several papers' autoencoders have in common, so that a variant's file holds what is its own. */
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { z } from 'zod';
import type { OptimizerDefaults, Roles } from './contract.ts';

/** The parameters of most autoencoders: W_enc, W_dec [dSae, dIn], b_enc [dSae], b_dec [dIn]. */
export type StandardParams = { W_enc: Tensor2D; b_enc: Tensor1D; W_dec: Tensor2D; b_dec: Tensor1D };

/** Their roles; latents begin with a bias of 0. */
export const standardRoles = (decoderNorm: 'unit' | 'free'): Roles<StandardParams> => ({
  encoder: 'W_enc',
  decoder: 'W_dec',
  perLatent: { b_enc: 0 },
  perDimension: ['b_dec'],
  decoderNorm,
});

/** Adam with the learning rate 2e-4 / √(dSae / 2¹⁴), as Gao et al. 2024 found it to scale, and gradients clipped to norm 1. */
export const adamByWidth = ({ dSae }: { dSae: number }): OptimizerDefaults => ({
  learningRate: 2e-4 / Math.sqrt(dSae / 2 ** 14),
  beta1: 0.9,
  beta2: 0.999,
  gradientClip: 1,
});

/** The hyperparameter of `auxK`. */
export const auxWeight = z
  .number()
  .nonnegative()
  .default(16)
  .describe(
    'α, the weight of the auxiliary loss of dead latents. Gao et al. have 1/32, relative to a loss that they divide by ' +
      'the variance of x; here it is relative to Σ_d (x − x̂)².',
  );
