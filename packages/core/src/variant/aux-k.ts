/**
 * The auxiliary loss of dead latents (Gao et al. 2024, https://arxiv.org/abs/2406.04093, appendix A.2): those that have
 * not fired for long are made to explain what the others leave.
 */
import * as tf from '@tensorflow/tfjs';
import type { Code } from '../codes/code.ts';
import { select, type TopK } from '../codes/selection.ts';
import { detach } from '../codes/with-gradient.ts';
import type { Context, LossTerm } from './contract.ts';

/** The k_aux = d/2 strongest dead latents of each row, to be chosen beside others; none while none is dead. */
export function auxSelection(x: tf.Tensor2D, { dead }: Context): { aux?: TopK } {
  if (dead.count === 0) return {};
  const kAux = Math.min(Math.max(1, Math.floor(x.shape[1] / 2)), dead.count);
  return { aux: select.topK(kAux, { mask: dead.mask }) };
}

/** AuxK = ‖e − ê‖² / ‖e − ē‖², e = stopgrad(x − x̂), ê = aux·W_dec without b_dec, ē the batch's mean. */
export const auxK: LossTerm<
  { auxWeight: number },
  { W_dec: tf.Tensor2D },
  { code: Code; aux?: Code | undefined }
> = {
  schedule: 'constant',
  weight: ({ auxWeight }) => auxWeight,
  compute(args) {
    const { x, encoded, params, ops } = args;
    if (encoded.aux === undefined) return tf.scalar(0);
    // The residual is a constant here: AuxK must move the dead latents only.
    const residual = detach(tf.sub<tf.Tensor2D>(x, args.reconstruction));
    const error = ops.sumSquaredError(residual, encoded.aux, params.W_dec);
    const spread = tf.sum<tf.Scalar>(tf.squaredDifference(residual, tf.mean(residual, 0, true)));
    return tf.mul(error, detach(tf.divNoNan<tf.Scalar>(1, spread)));
  },
};
