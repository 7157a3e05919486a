/**
 * The Matryoshka autoencoder: nested dictionaries, each prefix of the latents a reconstruction of its own, so that the
 * first latents stay general while the later ones specialise. Its code is BatchTopK's.
 *
 * x̂_g = f[:, :F_g]·W_dec[:F_g] + b_dec,  L = Σ_g ‖x − x̂_g‖² + α·AuxK
 */
import {
  adamByWidth,
  auxK,
  auxWeight,
  encodeBatchTopK,
  initialThreshold,
  nextThreshold,
  requireAtMostWidth,
  standardRoles,
  sweepable,
  tiedParams,
  withThreshold,
} from '@sae-lab/core';
import type { Code, StandardParams, ThresholdState, Variant } from '@sae-lab/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { prefixBounds } from './prefix-bounds.ts';

const hyper = z.strictObject({
  k: z.int().positive().describe('Latents that stay on in a row, on average over the batch.'),
  auxWeight,
  groups: z
    .array(z.number().positive())
    .refine((groups) => Math.abs(groups.reduce((sum, part) => sum + part, 0) - 1) < 1e-6, {
      error: 'the fractions of the width must add up to 1',
    })
    .default([1 / 32, 1 / 16, 1 / 8, 1 / 4, 17 / 32])
    .describe(
      'What each group adds to the prefix before it, as a fraction of the width; in a sweep a list of lists.',
    ),
});

type Hyper = z.infer<typeof hyper>;

export const variant: Variant<Hyper, StandardParams, { code: Code; aux?: Code }, ThresholdState> = {
  specVersion: 1,
  name: 'matryoshka',
  mathVersion: 2,
  paper: 'https://arxiv.org/abs/2503.17547',
  hyper,
  sparsity: 'k',
  lossConvention: () => 'Σ_g mean_b ‖x − x̂_g‖² over nested prefixes, each of weight 1, + α·AuxK of the whole',
  defaults: adamByWidth,
  roles: () => standardRoles('free'),
  validate({ hyper: { k, groups }, dSae }) {
    requireAtMostWidth(k, dSae);
    prefixBounds(groups, dSae);
  },
  init: (args) => ({
    params: tiedParams(args),
    state: initialThreshold(),
  }),

  encode: (params, x, { k }, context) => encodeBatchTopK(params, x, k, context),
  decode: ({ W_dec, b_dec }, { code }, _hyper, ops) => ops.decode(code, W_dec, b_dec),

  losses: {
    reconstruction: {
      schedule: 'constant',
      weight: () => 1,
      compute({ x, encoded: { code }, params: { W_dec, b_dec }, hyper: { groups }, ops }) {
        const bounds = prefixBounds(groups, W_dec.shape[0]);
        return tf.div(ops.sumSquaredError(x, code, W_dec, b_dec, { bounds }), x.shape[0]);
      },
    },
    auxk: auxK,
  },
  update: ({ code }, _hyper, context) => nextThreshold(code, context),
  toInference: (params, _hyper, state) => withThreshold(params, state),
};

/** `matryoshka({ k: [16, 32] })` in a sweep. */
export const matryoshka = sweepable<Hyper, z.input<typeof hyper>>(variant);
