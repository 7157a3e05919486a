import * as tf from '@tensorflow/tfjs';
import type { Params } from '../variant/contract.ts';

/** First and second moments of each parameter's gradient. */
export type Moments = { m: Params; v: Params };

export interface AdamSettings {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
}

export function zeroMoments(params: Params): Moments {
  const zeros = (): Params =>
    Object.fromEntries(Object.entries(params).map(([name, tensor]) => [name, tf.zerosLike(tensor)]));
  return { m: zeros(), v: zeros() };
}

/**
 * One step of Adam (Kingma & Ba 2015) with bias correction, as PyTorch computes it:
 * p − lr/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
 *
 * Pure: it changes none of its arguments. Call it inside a tidy, or dispose the tensors that it replaces.
 *
 * @param step t, from 1
 */
export function adam(
  params: Params,
  gradients: Params,
  moments: Moments,
  step: number,
  { learningRate, beta1, beta2, epsilon }: AdamSettings,
): { params: Params; moments: Moments } {
  const next: { params: Params; moments: Moments } = { params: {}, moments: { m: {}, v: {} } };
  const { stepSize, rootCorrection } = biasCorrections(step, { learningRate, beta1, beta2 });
  for (const [name, parameter] of Object.entries(params)) {
    const gradient = gradients[name] as tf.Tensor;
    const m = tf.add(tf.mul(moments.m[name] as tf.Tensor, beta1), tf.mul(gradient, 1 - beta1));
    const v = tf.add(tf.mul(moments.v[name] as tf.Tensor, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const denominator = tf.add(tf.div(tf.sqrt(v), rootCorrection), epsilon);
    next.params[name] = tf.sub(parameter, tf.mul(tf.div(m, denominator), stepSize));
    next.moments.m[name] = m;
    next.moments.v[name] = v;
  }
  return next;
}

/** lr/(1 − β₁ᵗ) and √(1 − β₂ᵗ). */
export function biasCorrections(
  step: number,
  { learningRate, beta1, beta2 }: Omit<AdamSettings, 'epsilon'>,
): { stepSize: number; rootCorrection: number } {
  return { stepSize: learningRate / (1 - beta1 ** step), rootCorrection: Math.sqrt(1 - beta2 ** step) };
}
