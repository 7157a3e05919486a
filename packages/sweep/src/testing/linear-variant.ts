import { SaeLabError } from '@sae-lab/errors';
import { defineVariant, randomDirections, reconstructionLoss, select } from '@sae-lab/core/variant';
import { z } from 'zod';

/** The smallest autoencoder, ReLU of a product and a product back, for tests that need any variant. */
export const linear = defineVariant({
  name: 'linear',
  mathVersion: 1,
  paper: 'none',
  hyper: z.strictObject({
    l1: z.number().nonnegative().describe('Weight of the sum of the code.'),
    flavour: z.enum(['plain', 'salted']).default('plain').describe('Changes nothing but the identity.'),
    latents: z.int().positive().optional().describe('At most the width.'),
  }),
  sparsityHyper: 'l1',
  lossConvention: () => 'squared error + l1 · sum of the code',
  defaults: () => ({ learningRate: 1e-3, beta1: 0.9, beta2: 0.999, gradientClip: null }),
  validate({ hyper: { latents }, dSae }) {
    if (latents === undefined || latents <= dSae) return;
    throw new SaeLabError('variant.k-too-large', {
      problem: 'is larger than the width',
      field: 'latents',
      expected: `at most ${dSae}`,
      received: String(latents),
    });
  },
  init: ({ dSae, dIn, random }) => ({
    params: {
      W_enc: randomDirections(dSae, dIn, 1, random),
      W_dec: randomDirections(dSae, dIn, 1, random),
    },
  }),
  roles: () => ({
    encoder: 'W_enc',
    decoder: 'W_dec',
    perLatent: {},
    perDimension: [],
    decoderNorm: 'free',
  }),
  encode: ({ W_enc }, x, _hyper, { ops }) => ops.encode({ x, W: W_enc, select: { code: select.positive() } }),
  decode: ({ W_dec }, { code }, _hyper, ops) => ops.decode(code, W_dec),
  losses: {
    reconstruction: reconstructionLoss,
    sparsity: {
      schedule: 'sparsity',
      weight: ({ l1 }) => l1,
      compute: ({ encoded }) => encoded.code.sum(),
    },
  },
  toInference: () => {
    throw new Error('not saved in these tests');
  },
});

type LinearVariant = typeof linear.variant;

/** The same with other members. */
export const linearVariant = (overrides: Partial<LinearVariant> = {}): LinearVariant => ({
  ...linear.variant,
  ...overrides,
});
