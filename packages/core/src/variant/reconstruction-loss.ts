import * as tf from '@tensorflow/tfjs';

/** Mean over the batch of Σ_d (x − x̂)². */
export function squaredError(x: tf.Tensor2D, reconstruction: tf.Tensor2D): tf.Scalar {
  return tf.div(tf.sum<tf.Scalar>(tf.squaredDifference(x, reconstruction)), x.shape[0]);
}
