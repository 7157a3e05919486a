/**
 * AuxK, the auxiliary loss of dead latents: latents that have not fired for long learn to explain what the others leave.
 *
 * Source: Gao et al. 2024 (https://arxiv.org/abs/2406.04093), appendix A.2.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Code } from '../codes/code.ts';
import { select, type TopK } from '../codes/selection.ts';
import { detach } from '../codes/with-gradient.ts';
import type { Context, LossTerm } from './contract.ts';

/**
 * The schema of `auxK`'s hyperparameter: α, 16 by default.
 *
 * @example hyper: z.strictObject({ k: z.int().positive().describe('…'), auxWeight })
 */
export const auxWeight = z
  .number()
  .nonnegative()
  .default(16)
  .describe(
    'α, the weight of the auxiliary loss of dead latents. Gao et al. use 1/32, relative to a loss that they divide by ' +
      'the variance of x; here it is relative to Σ_d (x − x̂)².',
  );

/**
 * The selection that `auxK` needs under the name `aux`: in each row the dIn/2 largest dead latents. Empty while no latent is
 * dead.
 *
 * @param x [B, dIn]
 * @example ops.encode({ …, select: { code: select.topK(k), ...auxSelection(x, context) } })
 */
export function auxSelection(x: tf.Tensor2D, { dead }: Context): { aux?: TopK } {
  if (dead.count === 0) return {};
  const kAux = Math.min(Math.max(1, Math.floor(x.shape[1] / 2)), dead.count);
  return { aux: select.topK(kAux, { mask: dead.mask }) };
}

/**
 * The loss term ‖e − ê‖² / ‖e − ē‖², a scalar, where e = stopgrad(x − x̂) is the error, ê = aux·W_dec (without b_dec) its
 * reconstruction by dead latents and ē its mean over the batch. 0 while no latent is dead.
 *
 * @example losses: { reconstruction: linearReconstructionLoss, auxk: auxK }
 */
export const auxK: LossTerm<
  { auxWeight: number },
  { W_dec: tf.Tensor2D },
  { code: Code; aux?: Code | undefined }
> = {
  schedule: 'constant',
  weight: (hyper) => hyper.auxWeight,
  compute(args) {
    const { x, encoded, params, ops } = args;
    if (encoded.aux === undefined) return tf.scalar(0);
    // A constant, so that AuxK moves the dead latents only.
    const residual = detach(tf.sub<tf.Tensor2D>(x, args.reconstruction));
    const error = ops.sumSquaredError(residual, encoded.aux, params.W_dec);
    const spread = tf.sum<tf.Scalar>(tf.squaredDifference(residual, tf.mean(residual, 0, true)));
    return tf.mul(error, detach(tf.divNoNan<tf.Scalar>(1, spread)));
  },
};
