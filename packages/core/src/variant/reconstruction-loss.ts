import * as tf from '@tensorflow/tfjs';
import { sumSquaredError } from '../codes/squared-error.ts';
import type { Hyper, LossTerm } from './contract.ts';

/**
 * Mean over the batch of ‖x − x̂‖², a scalar. No gradient reaches x.
 *
 * @param x [B, dIn]
 * @param reconstruction [B, dIn]
 * @example compute: ({ x, reconstruction }) => squaredError(x, reconstruction)
 */
export function squaredError(x: tf.Tensor2D, reconstruction: tf.Tensor2D): tf.Scalar {
  return tf.div(sumSquaredError(x, reconstruction), x.shape[0]);
}

/**
 * The squared error as a loss term of weight 1, for any `decode`.
 *
 * @example losses: { reconstruction: reconstructionLoss }
 */
export const reconstructionLoss: LossTerm = {
  schedule: 'constant',
  weight: () => 1,
  compute: ({ x, reconstruction }) => squaredError(x, reconstruction),
};

/**
 * The same term for variants whose `decode` is code·W_dec + b_dec and nothing else. It is faster: the reconstruction is
 * never materialised.
 *
 * @example losses: { reconstruction: linearReconstructionLoss }
 */
export const linearReconstructionLoss: LossTerm<Hyper, { W_dec: tf.Tensor2D; b_dec: tf.Tensor1D }> = {
  schedule: 'constant',
  weight: () => 1,
  compute: ({ x, encoded: { code }, params: { W_dec, b_dec }, ops }) =>
    tf.div(ops.sumSquaredError(x, code, W_dec, b_dec), x.shape[0]),
};
