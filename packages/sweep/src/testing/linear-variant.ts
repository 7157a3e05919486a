import {
  positive,
  randomDirections,
  squaredError,
  sweepable,
  type Code,
  type Params,
  type Variant,
} from '@sae-lab/core';
import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';

const hyper = z.strictObject({
  l1: z.number().nonnegative().describe('Weight of the sum of the code.'),
  flavour: z.enum(['plain', 'salted']).default('plain').describe('Changes nothing but the identity.'),
  latents: z.int().positive().optional().describe('At most the width.'),
});

type Hyper = z.infer<typeof hyper>;

/** The smallest autoencoder, ReLU of a product and a product back, for tests that need any variant. */
export function linearVariant(overrides: Partial<Variant<Hyper>> = {}): Variant<Hyper> {
  return {
    specVersion: 1,
    name: 'linear',
    mathVersion: 1,
    paper: 'none',
    hyper,
    sparsity: 'l1',
    lossConvention: () => 'squared error + l1 · sum of the code',
    defaults: () => ({ learningRate: 1e-3, beta1: 0.9, beta2: 0.999, gradientClip: null }),
    roles: () => ({
      encoder: 'W_enc',
      decoder: 'W_dec',
      perLatent: {},
      perDimension: [],
      decoderNorm: 'free',
    }),
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
    encode: (params: Params, x, _hyper, { ops }) =>
      ops.encode({ x, W: params['W_enc'] as never, select: { code: positive() } }),
    decode: (params: Params, { code }: { code: Code }, _hyper, ops) =>
      ops.decode(code, params['W_dec'] as never),
    losses: {
      reconstruction: {
        compute: ({ x, reconstruction }) => squaredError(x, reconstruction),
        weight: () => 1,
        schedule: 'constant',
      },
      sparsity: {
        compute: ({ encoded }) => encoded.code.sum(),
        weight: ({ l1 }) => l1,
        schedule: 'sparsity',
      },
    },
    toInference: () => {
      throw new Error('not saved in these tests');
    },
    ...overrides,
  };
}

export const linear = sweepable<Hyper, z.input<typeof hyper>>(linearVariant());
