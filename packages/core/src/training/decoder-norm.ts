import * as tf from '@tensorflow/tfjs';

/** Removes the component of each gradient row along the same row of the unit-norm decoder. */
export function projectOutRows(gradient: tf.Tensor2D, decoder: tf.Tensor2D): tf.Tensor2D {
  const along = tf.sum(tf.mul(gradient, decoder), 1, true);
  return tf.sub(gradient, tf.mul(decoder, along));
}

/** Rescales each row to norm 1. A zero row stays zero. */
export function unitRows(matrix: tf.Tensor2D): tf.Tensor2D {
  const norms = tf.sqrt(tf.sum(tf.square(matrix), 1, true));
  return tf.div(matrix, tf.maximum(norms, 1e-30));
}
