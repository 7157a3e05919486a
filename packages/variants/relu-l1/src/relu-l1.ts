/**
 * The ReLU autoencoder with an L1 penalty, in the three conventions that go by that name.
 *
 * f = ReLU((x − b_dec)·W_encᵀ + b_enc),  x̂ = f·W_dec + b_dec
 */
import {
  squaredError,
  positive,
  geometricMedian,
  randomDirections,
  sweepable,
  transposed,
  uniformTensor,
} from '@sae-lab/core';
import type { Code, HostTensors, InferenceSae, InitArgs, Variant } from '@sae-lab/core';
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
type Params = { W_enc: tf.Tensor2D; b_enc: tf.Tensor1D; W_dec: tf.Tensor2D; b_dec: tf.Tensor1D };

const CONVENTIONS: Record<Hyper['loss'], string> = {
  'decoder-norm': 'mean_b[ Σ_d (x − x̂)² + λ·Σ_i f_i·‖W_dec,i‖ ], decoder unconstrained',
  'unit-norm': 'mean_b[ Σ_d (x − x̂)² + λ·‖f‖₁ ], decoder rows of norm 1, no resampling of dead latents',
  notebook:
    'mean over all entries of (x − x̂)² + λ · mean over all entries of |f|, b_dec not subtracted from x',
};

export const variant: Variant<Hyper, Params, { code: Code }> = {
  specVersion: 1,
  name: 'relu-l1',
  mathVersion: 1,
  paper: 'https://transformer-circuits.pub/2023/monosemantic-features',
  hyper,
  sparsity: 'l1',
  lossConvention: ({ loss }) => `${loss}: ${CONVENTIONS[loss]}`,
  defaults: ({ hyper: { loss } }) => ({
    learningRate: loss === 'notebook' ? 1e-3 : 3e-4,
    beta1: 0.9,
    beta2: 0.999,
    gradientClip: loss === 'decoder-norm' ? 1 : null,
  }),
  roles: ({ loss }) => ({
    encoder: 'W_enc',
    decoder: 'W_dec',
    perLatent: ['b_enc'],
    decoderNorm: loss === 'unit-norm' ? 'unit' : 'free',
  }),
  init: ({ hyper: { loss }, ...args }) => ({
    params: loss === 'notebook' ? linearLayers(args) : tied(args, loss),
  }),

  encode({ W_enc, b_enc, b_dec }, x, { loss }, { ops }) {
    const center = loss === 'notebook' ? {} : { center: b_dec };
    return ops.encode({ x, ...center, W: W_enc, bias: b_enc, select: { code: positive() } });
  },
  decode: ({ W_dec, b_dec }, { code }, _hyper, ops) => ops.decode(code, W_dec, b_dec),

  losses: {
    reconstruction: {
      schedule: 'constant',
      weight: () => 1,
      compute: ({ x, reconstruction, hyper: { loss } }) =>
        tf.div(squaredError(x, reconstruction), loss === 'notebook' ? x.shape[1] : 1),
    },
    sparsity: {
      schedule: 'sparsity',
      weight: ({ l1 }) => l1,
      compute({ x, encoded: { code }, params: { W_dec }, hyper: { loss } }) {
        const batch = x.shape[0];
        if (loss === 'notebook') return tf.div(code.sum(), batch * W_dec.shape[0]);
        if (loss === 'unit-norm') return tf.div(code.sum(), batch);
        // The tiny summand keeps the root's derivative finite for a row of zeros.
        const norms = tf.sqrt<tf.Tensor1D>(tf.add(tf.sum(tf.square(W_dec), 1), 1e-30));
        return tf.div(code.sum(norms), batch);
      },
    },
  },
  toInference: (params, { loss }) => inference(params, loss !== 'notebook'),
};

/** `reluL1({ l1: [1, 2, 4] })` in a sweep. */
export const reluL1 = sweepable<Hyper, z.input<typeof hyper>>(variant);

/** Random directions, the encoder the decoder's transpose; rows of norm 0.1 where the decoder is free, else 1. */
function tied({ dIn, dSae, sample, random }: Omit<InitArgs<Hyper>, 'hyper'>, loss: Hyper['loss']): Params {
  const W_dec = randomDirections(dSae, dIn, loss === 'unit-norm' ? 1 : 0.1, random);
  const b_dec = loss === 'unit-norm' ? geometricMedian(sample) : tf.zeros<tf.Rank.R1>([dIn]);
  return { W_enc: tf.clone(W_dec), b_enc: tf.zeros([dSae]), W_dec, b_dec };
}

/** PyTorch's default for linear layers: uniform in ±1/√fan_in, biases too. */
function linearLayers({ dIn, dSae, random }: Omit<InitArgs<Hyper>, 'hyper'>): Params {
  const encoder = 1 / Math.sqrt(dIn);
  const decoder = 1 / Math.sqrt(dSae);
  return {
    W_enc: uniformTensor([dSae, dIn], encoder, random) as tf.Tensor2D,
    b_enc: uniformTensor([dSae], encoder, random) as tf.Tensor1D,
    W_dec: uniformTensor([dSae, dIn], decoder, random) as tf.Tensor2D,
    b_dec: uniformTensor([dIn], decoder, random) as tf.Tensor1D,
  };
}

function inference(
  { W_enc, b_enc, W_dec, b_dec }: HostTensors<Params>,
  applyBDecToInput: boolean,
): InferenceSae {
  const [dSae, dIn] = W_enc.shape as [number, number];
  return {
    architecture: 'standard',
    dIn,
    dSae,
    applyBDecToInput,
    tensors: { W_enc: transposed(W_enc), b_enc, W_dec, b_dec },
  };
}
