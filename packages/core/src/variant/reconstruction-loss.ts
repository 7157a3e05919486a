import * as tf from '@tensorflow/tfjs';
import type { LossTerm } from './contract.ts';

/** Mean over the batch of Σ_d (x − x̂)². */
export function squaredError(x: tf.Tensor2D, reconstruction: tf.Tensor2D): tf.Scalar {
  return tf.div(tf.sum<tf.Scalar>(tf.squaredDifference(x, reconstruction)), x.shape[0]);
}

/** The same as a loss term of weight 1. */
export const reconstructionLoss: LossTerm<any, any, any> = {
  schedule: 'constant',
  weight: () => 1,
  compute: ({ x, reconstruction }) => squaredError(x, reconstruction),
};
