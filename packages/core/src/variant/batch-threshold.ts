/**
 * What stands for BatchTopK's selection once there is no batch (Bussmann et al. 2024,
 * https://arxiv.org/abs/2412.06410): one threshold, the running mean of the smallest activation kept.
 */
import * as tf from '@tensorflow/tfjs';
import type { Code } from '../codes/code.ts';
import { select } from '../codes/selection.ts';
import { inferenceSae, type InferenceSae } from '../sae/inference-sae.ts';
import { auxSelection } from './aux-k.ts';
import type { Context, HostTensors } from './contract.ts';
import type { StandardParams } from './standard.ts';

export type ThresholdState = { threshold: tf.Scalar };

export const initialThreshold = (): ThresholdState => ({ threshold: tf.scalar(0) });

/** While training the k·B largest of the batch stay on, afterwards what is above the threshold; dead latents beside them. */
export function encodeBatchTopK(
  { W_enc, b_enc, b_dec }: StandardParams,
  x: tf.Tensor2D,
  k: number,
  context: Context<ThresholdState>,
): { code: Code; aux?: Code } {
  const { mode, state, ops } = context;
  const code =
    mode === 'train' ? select.batchTopK(k) : select.threshold(perLatent(state.threshold, W_enc.shape[0]));
  return ops.encode({
    x,
    center: b_dec,
    W: W_enc,
    bias: b_enc,
    select: { code, ...auxSelection(x, context) },
  });
}

/** The threshold after a step: an exponential mean over the last 1000 steps, or a twentieth of a shorter run. */
export function nextThreshold(
  code: Code,
  { state, step, totalSteps }: Context<ThresholdState>,
): ThresholdState {
  const smallest = code.smallestPositive();
  const weight = step === 0 ? 1 : 1 / Math.min(1000, Math.max(1, totalSteps / 20));
  const mean = tf.add<tf.Scalar>(tf.mul(state.threshold, 1 - weight), tf.mul(smallest, weight));
  // A batch in which nothing fires tells nothing.
  return { threshold: tf.where(tf.less(smallest, Infinity), mean, state.threshold) };
}

/** What is saved: a JumpReLU whose latents have one threshold. */
export function withThreshold(
  params: HostTensors<StandardParams>,
  { threshold }: HostTensors<ThresholdState>,
): InferenceSae {
  const data = new Float32Array(params.b_enc.data.length).fill(threshold.data[0]!);
  return inferenceSae('jumprelu', { ...params, threshold: { shape: params.b_enc.shape, data } });
}

function perLatent(value: tf.Scalar, dSae: number): tf.Tensor1D {
  return tf.mul(tf.ones<tf.Rank.R1>([dSae]), value);
}
