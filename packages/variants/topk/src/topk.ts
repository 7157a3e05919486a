/**
 * The TopK autoencoder: of each row's pre-activations the k largest stay (those that are positive).
 *
 * f = TopK(ReLU((x − b_dec)·W_encᵀ + b_enc)),  x̂ = f·W_dec + b_dec
 * L = ‖x − x̂‖² + α·AuxK, where AuxK has the dead latents explain what the others leave.
 */
import {
  detach,
  geometricMedian,
  randomDirections,
  squaredError,
  sweepable,
  topK,
  transposed,
} from '@sae-lab/core';
import type { Code, Variant } from '@sae-lab/core';
import { SaeLabError } from '@sae-lab/errors';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

const hyper = z.strictObject({
  k: z.int().positive().describe('Latents that stay on in each row.'),
  auxWeight: z
    .number()
    .nonnegative()
    .default(1 / 32)
    .describe('α, the weight of the auxiliary loss of dead latents.'),
});

type Hyper = z.infer<typeof hyper>;
type Params = { W_enc: tf.Tensor2D; b_enc: tf.Tensor1D; W_dec: tf.Tensor2D; b_dec: tf.Tensor1D };
/** `aux`: the strongest dead latents of each row; absent while none is dead. */
type Encoded = { code: Code; aux?: Code };

export const variant: Variant<Hyper, Params, Encoded> = {
  specVersion: 1,
  name: 'topk',
  mathVersion: 1,
  paper: 'https://arxiv.org/abs/2406.04093',
  hyper,
  sparsity: 'k',
  lossConvention: () =>
    'mean_b ‖x − x̂‖² + α·AuxK, AuxK = ‖e − ê‖² / ‖e − ē‖² with e = stopgrad(x − x̂), ê without b_dec',
  defaults: ({ dSae }) => ({
    learningRate: 2e-4 / Math.sqrt(dSae / 2 ** 14),
    beta1: 0.9,
    beta2: 0.999,
    gradientClip: null,
  }),
  roles: () => ({ encoder: 'W_enc', decoder: 'W_dec', perLatent: ['b_enc'], decoderNorm: 'unit' }),
  validate({ hyper: { k }, dSae }) {
    if (k <= dSae) return;
    throw new SaeLabError('variant.k-too-large', {
      problem: 'more latents would stay on than there are',
      field: 'k',
      expected: `at most the width, ${dSae}`,
      received: String(k),
      fix: 'Lower k or widen the SAE.',
    });
  },

  init({ dIn, dSae, sample, random }) {
    const W_dec = randomDirections(dSae, dIn, 1, random);
    return {
      params: { W_enc: tf.clone(W_dec), b_enc: tf.zeros([dSae]), W_dec, b_dec: geometricMedian(sample) },
    };
  },

  encode({ W_enc, b_enc, b_dec }, x, { k }, { ops, dead }) {
    const product = { x, center: b_dec, W: W_enc, bias: b_enc };
    const main = topK(k);
    if (dead.count === 0) return ops.encode({ ...product, select: { code: main } });
    const kAux = Math.min(Math.max(1, Math.floor(x.shape[1] / 2)), dead.count);
    return ops.encode({ ...product, select: { code: main, aux: topK(kAux, { among: dead.mask }) } });
  },
  decode: ({ W_dec, b_dec }, { code }, _hyper, ops) => ops.decode(code, W_dec, b_dec),

  losses: {
    reconstruction: {
      schedule: 'constant',
      weight: () => 1,
      compute: ({ x, reconstruction }) => squaredError(x, reconstruction),
    },
    auxk: {
      schedule: 'constant',
      weight: ({ auxWeight }) => auxWeight,
      compute({ x, reconstruction, encoded: { aux }, params: { W_dec }, ops }) {
        if (aux === undefined) return tf.scalar(0);
        // The residual is a constant here: AuxK must move the dead latents only. b_dec stays out of ê.
        const residual = detach(tf.sub<tf.Tensor2D>(x, reconstruction));
        const error = tf.sum<tf.Scalar>(tf.squaredDifference(residual, ops.decode(aux, W_dec)));
        const spread = tf.sum<tf.Scalar>(tf.squaredDifference(residual, tf.mean(residual, 0, true)));
        return tf.mul(error, detach(tf.divNoNan<tf.Scalar>(1, spread)));
      },
    },
  },
  toInference({ W_enc, b_enc, W_dec, b_dec }, { k }) {
    const [dSae, dIn] = W_enc.shape as [number, number];
    const tensors = { W_enc: transposed(W_enc), b_enc, W_dec, b_dec };
    return { architecture: 'topk', dIn, dSae, k, applyBDecToInput: true, tensors };
  },
};

/** `topk({ k: [16, 32] })` in a sweep. */
export const topk = sweepable<Hyper, z.input<typeof hyper>>(variant);
