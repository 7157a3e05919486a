/**
 * Straight-through estimators of the JumpReLU (Rajamanoharan et al. 2024, https://arxiv.org/abs/2407.14435): functions with
 * a step at θ, whose derivative with respect to θ is that of the step smoothed over a window of width ε.
 *
 * Use them in `code.map`, on a code from `select.threshold(theta, { window: ε })`, which contains every entry of the window.
 */
import * as tf from '@tensorflow/tfjs';
import { withGradient } from './with-gradient.ts';

/**
 * f = z·1[z > θ], and 0 where z ≤ 0. ∂f/∂z = 1[z > θ], ∂f/∂θ = −(θ/ε)·1[|z − θ| < ε/2].
 *
 * @param z pre-activations, those of the window below θ included
 * @param theta aligned to z
 * @returns shaped as z
 * @example code: z.map((values, at) => jump(values, at, bandwidth), theta)
 */
export function jump(z: tf.Tensor2D, theta: tf.Tensor2D, bandwidth: number): tf.Tensor2D {
  return withGradient(
    [z, theta],
    () => ({ value: tf.mul<tf.Tensor2D>(z, on(z, theta)), saved: [z, theta] }),
    (dy, [values, at]) => {
      const dTheta = tf.mul(tf.mul(dy, inWindow(values, at, bandwidth)), tf.mul(at, -1 / bandwidth));
      return [tf.mul(dy, on(values, at)), summedTo(dTheta, at)];
    },
  );
}

/**
 * H = 1[z > θ], and 0 where z ≤ 0. ∂H/∂z = 0, ∂H/∂θ = −(1/ε)·1[|z − θ| < ε/2].
 *
 * @param z pre-activations, those of the window below θ included
 * @param theta aligned to z
 * @returns shaped as z
 * @example on: z.map((values, at) => heaviside(values, at, bandwidth), theta) // its sum is L0
 */
export function heaviside(z: tf.Tensor2D, theta: tf.Tensor2D, bandwidth: number): tf.Tensor2D {
  return withGradient(
    [z, theta],
    () => ({ value: on(z, theta), saved: [z, theta] }),
    (dy, [values, at]) => {
      const dTheta = tf.mul(tf.mul(dy, inWindow(values, at, bandwidth)), -1 / bandwidth);
      return [tf.zerosLike(values), summedTo(dTheta, at)];
    },
  );
}

function on(z: tf.Tensor2D, theta: tf.Tensor2D): tf.Tensor2D {
  // As in saved SAEs, a threshold that training has moved below 0 lets nothing negative through.
  return tf.cast(tf.greater(z, tf.relu(theta)), 'float32');
}

function inWindow(z: tf.Tensor2D, theta: tf.Tensor2D, bandwidth: number): tf.Tensor2D {
  return tf.cast(tf.less(tf.abs(tf.sub(z, theta)), bandwidth / 2), 'float32');
}

/** With dense codes θ is one row, broadcast over the batch, so its gradient is summed over the batch. */
function summedTo(gradient: tf.Tensor, { shape: [rows] }: tf.Tensor2D): tf.Tensor {
  return gradient.shape[0] === rows ? gradient : tf.sum(gradient, 0, true);
}
