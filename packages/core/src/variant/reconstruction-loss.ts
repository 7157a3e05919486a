import * as tf from '@tensorflow/tfjs';
import type { Code } from '../codes/code.ts';
import { sumSquaredError } from '../codes/squared-error.ts';
import type { LossTerm } from './contract.ts';

/** Mean over the batch of Σ_d (x − x̂)². x is a constant: no gradient reaches it. */
export function squaredError(x: tf.Tensor2D, reconstruction: tf.Tensor2D): tf.Scalar {
  return tf.div(sumSquaredError(x, reconstruction), x.shape[0]);
}

/** The same as a loss term of weight 1, whatever `decode` does. */
export const reconstructionLoss: LossTerm<any, any, any> = {
  schedule: 'constant',
  weight: () => 1,
  compute: ({ x, reconstruction }) => squaredError(x, reconstruction),
};

/**
 * The same where `decode` is code·W_dec + b_dec and nothing else: faster, as the reconstruction is not made for its own
 * sake.
 */
export const linearReconstructionLoss: LossTerm<
  any,
  { W_dec: tf.Tensor2D; b_dec: tf.Tensor1D },
  { code: Code } & Record<string, Code | undefined>
> = {
  schedule: 'constant',
  weight: () => 1,
  compute: ({ x, encoded: { code }, params: { W_dec, b_dec }, ops }) =>
    tf.div(ops.sumSquaredError(x, code, W_dec, b_dec), x.shape[0]),
};
