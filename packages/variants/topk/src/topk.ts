/**
 * The TopK autoencoder: of each row's pre-activations the k largest stay (those that are positive).
 *
 * f = TopK(ReLU((x − b_dec)·W_encᵀ + b_enc)),  x̂ = f·W_dec + b_dec
 * L = ‖x − x̂‖² + α·AuxK, where AuxK has the dead latents explain what the others leave.
 */
import {
  adamByWidth,
  auxK,
  auxSelection,
  auxWeight,
  fittedParams,
  inferenceSae,
  linearReconstructionLoss,
  requireAtMostWidth,
  select,
  standardRoles,
  sweepable,
} from '@sae-lab/core';
import type { Code, StandardParams, Variant } from '@sae-lab/core';
import { z } from 'zod';

const hyper = z.strictObject({
  k: z.int().positive().describe('Latents that stay on in each row.'),
  auxWeight,
});

type Hyper = z.infer<typeof hyper>;

export const variant: Variant<Hyper, StandardParams, { code: Code; aux?: Code }> = {
  specVersion: 1,
  name: 'topk',
  mathVersion: 2,
  paper: 'https://arxiv.org/abs/2406.04093',
  hyper,
  sparsity: 'k',
  lossConvention: () =>
    'mean_b ‖x − x̂‖² + α·AuxK, AuxK = ‖e − ê‖² / ‖e − ē‖² with e = stopgrad(x − x̂), ê without b_dec',
  defaults: adamByWidth,
  roles: () => standardRoles('unit'),
  validate: ({ hyper: { k }, dSae }) => requireAtMostWidth(k, dSae),
  init: (args) => ({ params: fittedParams(args, { selection: select.topK(args.hyper.k) }) }),

  encode: ({ W_enc, b_enc, b_dec }, x, { k }, context) =>
    context.ops.encode({
      x,
      center: b_dec,
      W: W_enc,
      bias: b_enc,
      select: { code: select.topK(k), ...auxSelection(x, context) },
    }),
  decode: ({ W_dec, b_dec }, { code }, _hyper, ops) => ops.decode(code, W_dec, b_dec),
  losses: { reconstruction: linearReconstructionLoss, auxk: auxK },
  toInference: (params, { k }) => inferenceSae('topk', params, { k }),
};

/** `topk({ k: [16, 32] })` in a sweep. */
export const topk = sweepable<Hyper, z.input<typeof hyper>>(variant);
