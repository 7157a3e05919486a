import * as tf from '@tensorflow/tfjs';

/** Of one batch, for curves; the figures of a finished run come from the evaluation. */
export function batchExplainedVariance(x: tf.Tensor2D, reconstruction: tf.Tensor2D): tf.Tensor {
  const residual = tf.sum(tf.squaredDifference(x, reconstruction));
  const total = tf.sum(tf.squaredDifference(x, tf.mean(x, 0, true)));
  // One row, or equal ones, have no variance that could be explained.
  return tf.sub(1, tf.divNoNan(residual, total));
}
