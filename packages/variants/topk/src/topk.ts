/**
 * The TopK autoencoder (Gao et al. 2024): in each row, only the k largest pre-activations stay on.
 *
 * f = TopK(ReLU((x − b_dec)·W_encᵀ + b_enc)),  x̂ = f·W_dec + b_dec
 * L = ‖x − x̂‖² + α·AuxK, where AuxK makes dead latents explain what the others leave.
 */
import {
  adamByWidth,
  auxK,
  auxSelection,
  auxWeight,
  defineVariant,
  fittedParams,
  inferenceSae,
  linearReconstructionLoss,
  requireAtMostWidth,
  select,
  standardRoles,
} from '@sae-lab/core/variant';
import { z } from 'zod';

/**
 * TopK, for a sweep.
 *
 * @example variants: [topk({ k: [16, 32] })]
 */
export const topk = defineVariant({
  name: 'topk',
  mathVersion: 2,
  paper: 'https://arxiv.org/abs/2406.04093',
  hyper: z.strictObject({
    k: z.int().positive().describe('Latents that are on in each row.'),
    auxWeight,
  }),
  sparsityHyper: 'k',
  lossConvention: () =>
    'mean_b ‖x − x̂‖² + α·AuxK, AuxK = ‖e − ê‖² / ‖e − ē‖² with e = stopgrad(x − x̂), ê without b_dec',
  defaults: adamByWidth,
  validate: ({ hyper: { k }, dSae }) => requireAtMostWidth(k, dSae),

  init: (args) => ({ params: fittedParams(args, { selection: select.topK(args.hyper.k) }) }),
  roles: () => standardRoles('unit'),

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
});
