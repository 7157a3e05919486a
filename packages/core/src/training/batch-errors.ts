import * as tf from '@tensorflow/tfjs';

/** The name of `relativeError` among a step's numbers. The trainer reads it there and does not log it. */
export const RELATIVE_ERROR = 'relative_error';

/** Reconstruction errors of one batch, for curves. The figures of a finished run come from the evaluation. */
export function batchErrors(
  x: tf.Tensor2D,
  reconstruction: tf.Tensor2D,
): { explainedVariance: tf.Tensor; relativeError: tf.Tensor } {
  const residual = tf.sum(tf.squaredDifference(x, reconstruction));
  const total = tf.sum(tf.squaredDifference(x, tf.mean(x, 0, true)));
  const explained = tf.sub(1, tf.divNoNan(residual, total));
  return {
    // A single row, or equal rows, have no variance to explain.
    explainedVariance: tf.where(tf.greater(total, 0), explained, tf.fill(explained.shape, Number.NaN)),
    relativeError: tf.divNoNan(residual, tf.sum(tf.square(x))),
  };
}
