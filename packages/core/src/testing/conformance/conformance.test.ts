/** Each check refuses variants that break what it checks, and accepts the correct one. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Code } from '../../codes/code.ts';
import { select } from '../../codes/selection.ts';
import { withGradient } from '../../codes/with-gradient.ts';
import { linearReconstructionLoss } from '../../variant/reconstruction-loss.ts';
import { plainVariant as right, type PlainVariant } from '../plain-variant.ts';
import { CHECKS } from './index.ts';

const HYPER = { l1: 0.05, decoderNorm: 'unit' } as const;
const { losses } = right;

/** The correct variant with its code changed after encoding. */
const encoding = (
  change: (code: Code, ...args: Parameters<PlainVariant['encode']>) => Code | tf.Tensor | void,
): Partial<PlainVariant> => ({
  encode: (...args) => {
    const { code } = right.encode(...args);
    return { code: (change(code, ...args) ?? code) as Code };
  },
});
const losing = (
  compute: (value: tf.Scalar, ...args: Parameters<PlainVariant['losses'][string]['compute']>) => tf.Scalar,
): Partial<PlainVariant> => ({
  losses: {
    ...losses,
    reconstruction: {
      ...losses['reconstruction']!,
      compute: (args) => compute(losses['reconstruction']!.compute(args), args),
    },
  },
});

const SPEED = { label: 'speed', meaning: 'How fast it goes.' };
const decoderNorm = z.enum(['unit', 'free']);
const forgotten = new Map<string, number>();

/** Variants with one fault each, by the check that refuses them. */
const WRONG: Record<keyof typeof CHECKS, Record<string, Partial<PlainVariant>>> = {
  'is well formed': {
    'a name with spaces': { name: 'My Variant' },
    'a sparsityHyper that is not a hyperparameter': { sparsityHyper: 'k' as never },
    'an undescribed hyperparameter': {
      hyper: z.strictObject({ l1: z.number(), decoderNorm }),
    },
    'another version': { specVersion: 2 as 1 },
  },
  'has hyperparameters that survive JSON, and refuses others': {
    'a loose schema': { hyper: z.object({ l1: z.number(), decoderNorm }) },
    'a value that JSON cannot represent': {
      hyper: z.strictObject({
        l1: z.number(),
        decoderNorm,
        at: z.any().default(() => new Date()),
      }),
    },
  },
  'is initialised from its seed': {
    'its own random generator': {
      init: (args) => right.init({ ...args, random: { ...args.random, normal: Math.random } }),
    },
    'no randomness': {
      init: (args) => right.init({ ...args, random: { ...args.random, normal: () => 0.5 } }),
    },
    'not a number': {
      init(args) {
        const made = right.init(args);
        return { ...made, params: { ...made.params, b_enc: tf.mul(made.params.b_enc, Number.NaN) } };
      },
    },
    'a transposed encoder': {
      init(args) {
        const made = right.init(args);
        return { ...made, params: { ...made.params, W_enc: tf.zeros([args.dIn, args.dSae]) } };
      },
    },
    'a parameter without a role': {
      init(args) {
        const made = right.init(args);
        return { ...made, params: { ...made.params, temperature: tf.scalar(1) } };
      },
    },
  },
  'starts no worse than the mean of the activations': {
    "an encoder with rows as long as the decoder's": {
      init(args) {
        const made = right.init(args);
        return { ...made, params: { ...made.params, W_enc: tf.clone(made.params.W_dec) } };
      },
    },
    'a bias far from the activations': {
      init(args) {
        const made = right.init(args);
        return { ...made, params: { ...made.params, b_dec: tf.add(made.params.b_dec, 1) } };
      },
    },
  },
  'decodes as its loss assumes': {
    'a decoder that is not linear': {
      decode: ({ W_dec, b_dec }, { code }, _hyper, ops) =>
        tf.add<tf.Tensor2D>(ops.decode(code, W_dec, b_dec), 0.1),
      losses: { ...losses, reconstruction: linearReconstructionLoss },
    },
    'a bias missing from its loss': {
      losses: {
        ...losses,
        reconstruction: {
          ...linearReconstructionLoss,
          compute: ({ x, encoded, params, ops }) => ops.sumSquaredError(x, encoded.code, params.W_dec),
        },
      },
    },
  },
  'has a finite gradient for every parameter': {
    'a parameter that nothing uses': {
      encode: ({ W_enc, b_dec }, x, _hyper, { ops }) =>
        ops.encode({ x, center: b_dec, W: W_enc, select: { code: select.positive() } }),
    },
    'a square root at 0': losing((value, { params }) =>
      tf.add(value, tf.sum(tf.sqrt(tf.mul(params.b_enc, 0)))),
    ),
  },
  'has gradients that match finite differences': {
    'half of the gradient': losing((value) =>
      withGradient(
        [value],
        () => ({ value: value.clone(), saved: [] }),
        (dy) => [tf.mul(dy, 0.5)],
      ),
    ),
    'an undeclared straight-through estimator': encoding((code, { b_enc }) =>
      code.map(
        (values, bias) =>
          withGradient(
            [values, bias],
            () => ({ value: values.clone(), saved: [bias] }),
            (dy, [saved]) => [dy, tf.mul(tf.sum(dy), tf.onesLike(saved))],
          ),
        b_enc,
      ),
    ),
  },
  'computes the same with dense and sparse codes': {
    'a mean over the stored entries': losing((value, { encoded }) => {
      const { values } = encoded.code as Code & { values: tf.Tensor };
      return tf.add(value, tf.div(tf.sum(values), values.size));
    }),
  },
  'logs the curves that it declares': {
    'a curve that is never logged': { curves: { speed: SPEED } },
    'a curve that is not declared': { log: () => ({ speed: tf.scalar(1) }) },
    'a curve logged under another name': { curves: { speed: SPEED }, log: () => ({ pace: tf.scalar(1) }) },
    'a vector': {
      curves: { speed: SPEED },
      log: ({ params }) => ({ speed: params.b_enc as tf.Tensor as tf.Scalar }),
    },
    'a value that is not finite': {
      curves: { speed: SPEED },
      log: ({ step }) => ({ speed: tf.scalar(step === 99 ? NaN : 1) }),
    },
    "one of the trainer's curves": {
      curves: { explained_variance: SPEED },
      log: () => ({ explained_variance: tf.scalar(1) }),
    },
    'a curve without a meaning': {
      curves: { speed: { label: 'speed', meaning: '' } },
      log: () => ({ speed: tf.scalar(1) }),
    },
  },
  'breaks ties by the lowest index': {
    'latents with an even index that are never active': encoding((code) => {
      const odd = tf.tensor1d(Array.from({ length: 29 }, (_, i) => i % 2));
      return code.map((values, at) => tf.mul(values, at), odd);
    }),
  },
  'does not change parameters or activations': {
    'a disposed batch': encoding((_code, _params, x) => x.dispose()),
    'a disposed parameter': encoding((_code, params) => params.b_enc.dispose()),
  },
  'leaks no tensors': {
    'a kept tensor': encoding(() => void tf.keep(tf.scalar(1))),
    'a growing state': {
      update: (encoded, hyper, context) => ({
        ...right.update!(encoded, hyper, context),
        spare: tf.keep(tf.scalar(1)).clone(),
      }),
    },
  },
  'learns, deterministically': {
    uphill: losing((value) => tf.neg(value)),
    'randomness in every step': encoding((code) =>
      code.map((values) => tf.mul(values, 1 + Math.random() / 100)),
    ),
  },
  'keeps the decoder norm that its roles declare': {
    'a latent without direction': {
      init(args) {
        const made = right.init(args);
        const others = tf.tensor1d(Array.from({ length: args.dSae }, (_, i) => Number(i > 0)));
        const W_dec = tf.mul<tf.Tensor2D>(made.params.W_dec, others.expandDims(1));
        return { ...made, params: { ...made.params, W_dec, b_enc: tf.mul(tf.sub(1, others), -1e6) } };
      },
    },
    'a decoder called free whose norm stays 1': {
      roles: (hyper) => ({ ...right.roles(hyper), decoderNorm: 'free' }),
      decode: (params, encoded, hyper, ops) =>
        right.decode({ ...params, W_dec: tf.add(tf.mul(params.W_dec, 1e-9), 0.1) }, encoded, hyper, ops),
      defaults: (args) => ({ ...right.defaults(args), gradientClip: 1e-9 }),
    },
  },
  'resumes from a checkpoint bit for bit': {
    'steps counted outside the state': encoding((code, _params, _x, _hyper, { step }) => {
      const seen = (forgotten.get('steps') ?? 0) + 1;
      forgotten.set('steps', step === 0 ? 0 : seen);
      return code.map((values) => tf.mul(values, 1 + (seen % 7) / 50));
    }),
  },
  'saves what it trained': {
    'a forgotten bias': {
      toInference: ({ b_enc, ...params }, hyper, state) =>
        right.toInference(
          { ...params, b_enc: { shape: b_enc.shape, data: b_enc.data.map(() => 0) } },
          hyper,
          state,
        ),
    },
    'b_dec not subtracted when saved': {
      toInference: (params, hyper, state) => ({
        ...right.toInference(params, hyper, state),
        applyBDecToInput: false,
      }),
    },
  },
};

describe('a correct variant passes', () => {
  it.each(Object.entries(CHECKS))('%s', async (_name, check) => {
    await expect(check(right, HYPER)).resolves.toBeUndefined();
  });
});

describe.each(Object.entries(WRONG))('"%s" refuses', (name, mutants) => {
  it.each(Object.entries(mutants))('%s', async (_fault, fault) => {
    const check = CHECKS[name as keyof typeof CHECKS];
    await expect(check({ ...right, ...fault }, HYPER)).rejects.toMatchObject({
      code: expect.stringMatching(/^variant\./),
    });
  });
});
