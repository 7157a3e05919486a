/**
 * The ReLU autoencoder with an L1 penalty, in the three conventions that go by that name.
 *
 * f = ReLU((x − b_dec)·W_encᵀ + b_enc),  x̂ = f·W_dec + b_dec
 *
 * decoder-norm  L = Σ_d (x − x̂)² + λ·Σ_i f_i·‖W_dec,i‖
 * unit-norm     L = Σ_d (x − x̂)² + λ·‖f‖₁, decoder rows of norm 1
 * notebook      L = mean (x − x̂)² + λ·mean |f| over all entries, b_dec not subtracted from x
 */
import {
  defineVariant,
  fittedParams,
  inferenceSae,
  rowNorms,
  select,
  standardRoles,
  tiedParams,
  uniformTensor,
  type InitArgs,
  type StandardParams,
} from '@sae-lab/core/variant';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

const hyper = z.strictObject({
  l1: z.number().nonnegative().describe('λ, the weight of the L1 term.'),
  loss: z
    .enum(['decoder-norm', 'unit-norm', 'notebook'])
    .default('decoder-norm')
    .describe(
      "'decoder-norm': Σ(x − x̂)² + λ·Σ f_i‖W_dec,i‖, decoder free (Anthropic, April 2024). " +
        "'unit-norm': Σ(x − x̂)² + λ·‖f‖₁, decoder rows at norm 1 (Bricken et al. 2023). " +
        "'notebook': mean((x − x̂)²) + λ·mean|f| over all entries, plain linear layers.",
    ),
});

type Hyper = z.infer<typeof hyper>;

const CONVENTIONS: Record<Hyper['loss'], string> = {
  'decoder-norm': 'mean_b[ Σ_d (x − x̂)² + λ·Σ_i f_i·‖W_dec,i‖ ], decoder unconstrained',
  'unit-norm':
    'mean_b[ Σ_d (x − x̂)² + λ·‖f‖₁ ], decoder rows of norm 1; dead latents resampled only where training.resample is set',
  notebook:
    'mean over all entries of (x − x̂)² + λ · mean over all entries of |f|, b_dec not subtracted from x',
};

/**
 * ReLU with an L1 penalty, for a sweep.
 *
 * @example variants: [reluL1({ l1: [1, 2, 4] })]
 */
export const reluL1 = defineVariant({
  name: 'relu-l1',
  mathVersion: 2,
  paper: 'https://transformer-circuits.pub/2023/monosemantic-features',
  hyper,
  sparsityHyper: 'l1',
  lossConvention: ({ loss }) => `${loss}: ${CONVENTIONS[loss]}`,
  defaults: ({ hyper: { loss } }) => ({
    learningRate: loss === 'notebook' ? 1e-3 : 3e-4,
    beta1: 0.9,
    beta2: 0.999,
    gradientClip: loss === 'notebook' ? null : 1,
  }),

  init: (args) => ({ params: initialParams(args) }),
  roles: ({ loss }) => standardRoles(loss === 'unit-norm' ? 'unit' : 'free'),

  encode({ W_enc, b_enc, b_dec }, x, { loss }, { ops }) {
    const center = loss === 'notebook' ? {} : { center: b_dec };
    return ops.encode({ x, ...center, W: W_enc, bias: b_enc, select: { code: select.positive() } });
  },
  decode: ({ W_dec, b_dec }, { code }, _hyper, ops) => ops.decode(code, W_dec, b_dec),

  losses: {
    reconstruction: {
      schedule: 'constant',
      weight: () => 1,
      compute({ x, encoded: { code }, params: { W_dec, b_dec }, hyper: { loss }, ops }) {
        const error = ops.sumSquaredError(x, code, W_dec, b_dec);
        return tf.div(error, loss === 'notebook' ? x.size : x.shape[0]);
      },
    },
    sparsity: {
      schedule: 'sparsity',
      weight: ({ l1 }) => l1,
      compute({ x, encoded: { code }, params: { W_dec }, hyper: { loss } }) {
        const batch = x.shape[0];
        if (loss === 'notebook') return tf.div(code.sum(), batch * W_dec.shape[0]);
        if (loss === 'unit-norm') return tf.div(code.sum(), batch);
        return tf.div(code.sum(rowNorms(W_dec)), batch);
      },
    },
  },

  toInference: (params, { loss }) =>
    inferenceSae('standard', params, { applyBDecToInput: loss !== 'notebook' }),
});

function initialParams(args: InitArgs<Hyper>): StandardParams {
  switch (args.hyper.loss) {
    case 'decoder-norm':
      return tiedParams(args);
    case 'unit-norm':
      return fittedParams(args);
    case 'notebook':
      return linearLayers(args);
  }
}

/** PyTorch's default for linear layers: weights and biases uniform in ±1/√fan_in. */
function linearLayers({ dIn, dSae, random }: InitArgs<Hyper>): StandardParams {
  const [encoder, decoder] = [1 / Math.sqrt(dIn), 1 / Math.sqrt(dSae)];
  return {
    W_enc: uniformTensor([dSae, dIn], encoder, random),
    b_enc: uniformTensor([dSae], encoder, random),
    W_dec: uniformTensor([dSae, dIn], decoder, random),
    b_dec: uniformTensor([dIn], decoder, random),
  };
}
