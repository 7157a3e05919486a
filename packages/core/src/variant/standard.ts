/** What the autoencoders of several papers have in common. */
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { OptimizerDefaults, Roles } from './contract.ts';

/** The parameters of most autoencoders: W_enc, W_dec [dSae, dIn], b_enc [dSae], b_dec [dIn]. */
export type StandardParams = { W_enc: Tensor2D; b_enc: Tensor1D; W_dec: Tensor2D; b_dec: Tensor1D };

/**
 * The roles of `StandardParams`. A reinitialised latent gets a bias of 0.
 *
 * @param decoderNorm 'unit' keeps decoder rows at norm 1, 'free' does not
 * @example roles: () => standardRoles('unit')
 * @example roles: ({ theta }) => ({ ...standardRoles('unit'), perLatent: { b_enc: 0, theta } })
 */
export const standardRoles = (decoderNorm: 'unit' | 'free'): Roles<StandardParams> => ({
  encoder: 'W_enc',
  decoder: 'W_dec',
  perLatent: { b_enc: 0 },
  perDimension: ['b_dec'],
  decoderNorm,
});

/**
 * Adam with the learning rate 2e-4 / √(dSae / 2¹⁴), the scaling of Gao et al. 2024, and gradients clipped to norm 1.
 *
 * @example defaults: adamByWidth
 */
export const adamByWidth = ({ dSae }: { dSae: number }): OptimizerDefaults => ({
  learningRate: 2e-4 / Math.sqrt(dSae / 2 ** 14),
  beta1: 0.9,
  beta2: 0.999,
  gradientClip: 1,
});
