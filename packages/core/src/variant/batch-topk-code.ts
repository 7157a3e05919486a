/**
 * BatchTopK's code and its threshold (Bussmann et al. 2024, https://arxiv.org/abs/2412.06410): everything that variants
 * with this code share, from initialisation to saving. Only their losses differ.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Code } from '../codes/code.ts';
import { select } from '../codes/selection.ts';
import type { CodeOps } from '../codes/code.ts';
import { inferenceSae, type InferenceSae } from '../sae/inference-sae.ts';
import { auxSelection, auxWeight } from './aux-k.ts';
import type { Context, Hyper, HostTensors, InitArgs } from './contract.ts';
import { tiedParams } from './init.ts';
import { adamByWidth, standardRoles, type StandardParams } from './standard.ts';

type ThresholdState = { threshold: tf.Scalar };
type BatchTopKEncoded = { code: Code; aux?: Code };

/**
 * The hyperparameters of a variant with BatchTopK's code, to be spread into its schema.
 *
 * @example hyper: z.strictObject({ ...batchTopKHyper })
 */
export const batchTopKHyper = {
  k: z.int().positive().describe('Latents that are on in a row, on average over the batch.'),
  auxWeight,
};

/**
 * The members of a variant with BatchTopK's code, to be spread into its definition. Add its name and its losses.
 *
 * In training, the k·B largest pre-activations of the batch are on. The saved SAE has no batch: it is a JumpReLU with one
 * threshold for all latents, the running mean of the smallest activation kept.
 *
 * @example defineVariant({ ...batchTopKCode, hyper: z.strictObject(batchTopKHyper), losses: { … }, … })
 */
export const batchTopKCode = {
  defaults: adamByWidth,
  roles: () => standardRoles('free'),
  init: (args: InitArgs<Hyper>) => ({ params: tiedParams(args), state: { threshold: tf.scalar(0) } }),

  encode(
    { W_enc, b_enc, b_dec }: StandardParams,
    x: tf.Tensor2D,
    { k }: { k: number },
    context: Context<ThresholdState>,
  ): BatchTopKEncoded {
    const { mode, state, ops } = context;
    const code =
      mode === 'train'
        ? select.batchTopK(k)
        : select.threshold(tf.mul(tf.ones<tf.Rank.R1>([W_enc.shape[0]]), state.threshold));
    return ops.encode({
      x,
      center: b_dec,
      W: W_enc,
      bias: b_enc,
      select: { code, ...auxSelection(x, context) },
    });
  },
  decode: ({ W_dec, b_dec }: StandardParams, { code }: BatchTopKEncoded, _hyper: Hyper, ops: CodeOps) =>
    ops.decode(code, W_dec, b_dec),

  /** An exponential mean over the last 1000 steps, or over a twentieth of a shorter run. */
  update(
    { code }: BatchTopKEncoded,
    _hyper: Hyper,
    { state: { threshold }, step, totalSteps }: Context<ThresholdState>,
  ): ThresholdState {
    const smallest = code.smallestPositive();
    const weight = step === 0 ? 1 : 1 / Math.min(1000, Math.max(1, totalSteps / 20));
    const mean = tf.add<tf.Scalar>(tf.mul(threshold, 1 - weight), tf.mul(smallest, weight));
    // It is +∞ for a batch in which nothing fires, which says nothing about the threshold.
    return { threshold: tf.where(tf.less(smallest, Infinity), mean, threshold) };
  },

  curves: {
    threshold: {
      label: 'Threshold',
      meaning: 'Running mean of the smallest activation kept: the threshold of the saved SAE.',
    },
  },
  log: ({ state: { threshold } }: { state: ThresholdState }) => ({ threshold }),

  toInference(
    params: HostTensors<StandardParams>,
    _hyper: Hyper,
    { threshold }: HostTensors<ThresholdState>,
  ): InferenceSae {
    const data = new Float32Array(params.b_enc.data.length).fill(threshold.data[0]!);
    return inferenceSae('jumprelu', { ...params, threshold: { shape: params.b_enc.shape, data } });
  },
};
