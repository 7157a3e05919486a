import * as tf from '@tensorflow/tfjs';
import type { Params } from '../variant/contract.ts';

/**
 * Scales all gradients so that their joint Euclidean norm is at most `limit`; null does not clip. The norm stays a
 * tensor, so that the step does not wait for it.
 *
 * @returns new gradients and the norm before clipping
 */
export function clipGlobalNorm(
  gradients: Params,
  limit: number | null,
): { gradients: Params; norm: tf.Scalar } {
  const squares = Object.values(gradients).map((gradient) => tf.sum<tf.Scalar>(tf.square(gradient)));
  const norm = tf.sqrt<tf.Scalar>(tf.addN(squares));
  if (limit === null) return { gradients: { ...gradients }, norm };
  const factor = tf.minimum(1, tf.div(limit, tf.add(norm, 1e-6)));
  const clipped = Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, factor)]);
  return { gradients: Object.fromEntries(clipped), norm };
}
