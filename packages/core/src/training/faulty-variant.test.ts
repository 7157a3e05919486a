/** The trainer reports a variant's faults in the variant's own terms. */
import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { detach } from '../codes/with-gradient.ts';
import { select } from '../codes/selection.ts';
import { seeded } from '../random/seeded.ts';
import { plainVariant, type PlainVariant } from '../testing/plain-variant.ts';
import { settled } from '../testing/refusal.ts';
import type { State, Variant } from '../variant/contract.ts';
import { resolveTraining, trainingSettings, type TrainingInput } from './training-settings.ts';
import { Trainer } from './trainer.ts';
import { freshState } from './trainer-state.ts';

const [ROWS, D_IN, D_SAE] = [9, 5, 11];
const STEPS = 6;
type Compute = PlainVariant['losses'][string]['compute'];

beforeAll(() => useCpuBackend({ threads: 1 }));
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

/** The number of steps that a variant trains, and the error that ends it. */
async function train(variant: Variant, settings: Partial<TrainingInput> = {}, logEvery = 1) {
  const hyper = { l1: 0.1, decoderNorm: 'unit' };
  const random = seeded(0, 'batch');
  const data = Float32Array.from({ length: ROWS * D_IN }, () => random.normal());
  const x = tf.tensor2d(data, [ROWS, D_IN]);
  const shape = { dIn: D_IN, dSae: D_SAE };
  const parsed = trainingSettings.parse({ steps: STEPS, learningRate: 1e-3, ...settings });
  const training = resolveTraining(parsed, variant, { ...shape, hyper });
  let step = 0;
  let notFinite: string | undefined;
  const { error } = await settled(async () => {
    const sample = { shape: [ROWS, D_IN], data };
    const state = freshState(variant, { ...shape, hyper, sample, random: seeded(0, 'init') });
    const plan = { variant, hyper, training, dSae: D_SAE, batchSize: ROWS, totalSteps: STEPS, seed: 0 };
    const trainer = new Trainer(plan, state);
    for (; step < STEPS && notFinite === undefined; step++) {
      ({ notFinite } = await trainer.step(x, step % logEvery === 0));
    }
  });
  return { step, notFinite, code: error?.code, message: error?.message };
}

const withLoss = (
  name: 'reconstruction' | 'sparsity',
  compute: (original: Compute) => Compute,
): PlainVariant => ({
  ...plainVariant,
  losses: {
    ...plainVariant.losses,
    [name]: {
      ...plainVariant.losses[name]!,
      compute: compute((args) => plainVariant.losses[name]!.compute(args)),
    },
  },
});
type PlainParams = ReturnType<PlainVariant['init']>['params'];
type Update = NonNullable<PlainVariant['update']>;
const withUpdate = (update: (...args: Parameters<Update>) => State): PlainVariant => ({
  ...plainVariant,
  update: update as Update,
});
const withInit = (change: (made: ReturnType<PlainVariant['init']>) => object): PlainVariant => ({
  ...plainVariant,
  init: (args) => ({ ...plainVariant.init(args), ...change(plainVariant.init(args)) }),
});
const nan = () => tf.scalar(NaN);

describe('a correct variant', () => {
  it('trains, even if its update returns tensors of the old state', async () => {
    expect(await train(plainVariant)).toMatchObject({ step: STEPS, code: undefined });
    const partly = withUpdate((_encoded, _hyper, { state }) => ({
      ...state,
      steps: tf.add(state.steps, 1),
    }));
    expect(await train(partly)).toMatchObject({ step: STEPS, code: undefined });
  });

  it('diverges at too high a learning rate, which is not its fault; the error names the first tensor', async () => {
    const free = { ...plainVariant, roles: () => plainVariant.roles({ l1: 0, decoderNorm: 'free' }) };
    const { code, notFinite, step } = await train(free, { learningRate: 1e30, warmup: 0 });
    expect({ code, notFinite }).toEqual({ code: undefined, notFinite: 'the loss term reconstruction' });
    expect(step).toBe(2);
  });
});

describe('a faulty variant', () => {
  let seen = 0;
  const kept: tf.Tensor[] = [];
  afterEach(() => tf.dispose(kept.splice(0)));
  const keeping = (variant: PlainVariant, keeps: (step: number) => boolean): PlainVariant => ({
    ...variant,
    encode(params, x, hyper, context) {
      if (keeps(context.step)) kept.push(tf.keep(tf.zeros([3])));
      return plainVariant.encode(params, x, hyper, context);
    },
  });

  const cases: Record<string, [variant: PlainVariant, code: string, said: RegExp, step: number]> = {
    'forgets one parameter': [
      {
        ...plainVariant,
        decode: ({ W_dec }, { code }, _hyper, ops) => ops.decode(code, W_dec),
        encode: ({ W_enc, b_enc }, x, _hyper, { ops }) =>
          ops.encode({ x, W: W_enc, bias: b_enc, select: { code: select.positive() } }),
      },
      'variant.no-gradient',
      /'plain' .*'b_dec'/,
      0,
    ],
    'stops all gradients': [
      {
        ...plainVariant,
        losses: { only: { schedule: 'constant', weight: () => 1, compute: ({ x }) => detach(tf.sum(x)) } },
      },
      'variant.no-gradient',
      /'plain' .*'W_enc'/,
      0,
    ],
    'uses an operation without a gradient': [
      withLoss(
        'sparsity',
        () =>
          ({ params }) =>
            tf.sum(tf.topk(params.b_enc, 2).values),
      ),
      'variant.no-gradient',
      /TopK: variant 'plain'/,
      0,
    ],
    'reads a parameter that its init does not return': [
      {
        ...plainVariant,
        decode: (params: PlainParams & { b_out?: tf.Tensor1D }, { code }, _hyper, ops) =>
          ops.decode(code, params.W_dec, params.b_out),
      },
      'variant.unnamed-parameter',
      /b_out: variant 'plain' .*expected one of W_enc, b_enc, W_dec, b_dec/,
      0,
    ],
    'has a parameter without a role': [
      withInit(({ params }) => ({ params: { ...params, b_out: tf.zeros([D_IN]) } })),
      'variant.unnamed-parameter',
      /b_out/,
      0,
    ],
    'gives a parameter two roles': [
      {
        ...plainVariant,
        roles: (hyper) => ({ ...plainVariant.roles(hyper), perLatent: { b_enc: 0, W_enc: 0 } }),
      },
      'variant.two-roles',
      /W_enc/,
      0,
    ],
    'initialises two parameters with one tensor': [
      withInit(({ params }) => ({ params: { ...params, W_enc: params.W_dec } })),
      'variant.shared-tensor',
      /W_dec|W_enc/,
      0,
    ],
    'encodes to a tensor': [
      {
        ...plainVariant,
        encode: (...args) => ({ code: plainVariant.encode(...args).code.toDense() as never }),
      },
      'variant.wrong-shape',
      /encode\(\)\.code: .*expected a code of shape \[9, 11\].*received a tensor/,
      0,
    ],
    'encodes to nothing': [
      { ...plainVariant, encode: () => ({}) as never },
      'variant.wrong-shape',
      /encode\(\)\.code: .*received neither a tensor nor a code/,
      0,
    ],
    'encodes only some of the latents': [
      {
        ...plainVariant,
        encode: ({ W_enc }, x, _hyper, { ops }) =>
          ops.encode({ x, W: tf.slice(W_enc, 0, 4), select: { code: select.positive() } }),
      },
      'variant.wrong-shape',
      /encode\(\)\.code: .*received \[9, 4\]/,
      0,
    ],
    'decodes to another width': [
      { ...plainVariant, decode: (_params, { code }) => code.toDense() },
      'variant.wrong-shape',
      /decode\(\): variant 'plain' .*expected a tensor of shape \[9, 5\]; received \[9, 11\]/,
      0,
    ],
    'forgets to reduce a loss term': [
      withLoss(
        'sparsity',
        () =>
          ({ encoded }) =>
            encoded.code.sumRows() as never,
      ),
      'variant.wrong-shape',
      /losses\.sparsity: .*expected a tensor of shape \[\]; received \[9\]/,
      0,
    ],
    'loses a tensor of its state': [
      withUpdate((_encoded, _hyper, { state }) => ({ steps: state.steps })),
      'variant.wrong-state',
      /update\(\): .*expected firings float32 \[11\], steps float32 \[\]; received steps float32 \[\]/,
      0,
    ],
    'changes the shape of its state': [
      withUpdate((_encoded, _hyper, { state }) => ({ ...state, steps: tf.zeros([2]) })),
      'variant.wrong-state',
      /received firings float32 \[11\], steps float32 \[2\]/,
      0,
    ],
    'leaks a tensor in each step': [
      keeping(plainVariant, () => true),
      'variant.leaks',
      /'plain' .*received 1 additional/,
      1,
    ],
    'leaks a tensor in some steps': [
      keeping(plainVariant, (step) => step === 4),
      'variant.leaks',
      /'plain' .*received 1 additional/,
      4,
    ],
    'initialises a parameter with NaN': [
      withInit(({ params }) => ({ params: { ...params, b_dec: tf.fill([D_IN], NaN) } })),
      'variant.not-finite',
      /the parameter b_dec: variant 'plain' .*at step 0/,
      0,
    ],
    'has a loss term that is NaN from the first step': [
      withLoss('reconstruction', (compute) => (args) => tf.mul(compute(args), NaN)),
      'variant.not-finite',
      /the loss term reconstruction: variant 'plain'/,
      0,
    ],
    'has a loss term that is NaN in a later step': [
      {
        ...withLoss('sparsity', (compute) => (args) => tf.mul(compute(args), seen === 3 ? NaN : 1)),
        encode(params, x, hyper, context) {
          seen = context.step;
          return plainVariant.encode(params, x, hyper, context);
        },
      },
      'variant.not-finite',
      /the loss term sparsity: variant 'plain' .*at step 3/,
      3,
    ],
    'has a non-finite gradient of a finite loss': [
      // The square root's derivative at 0 is infinite, and infinity times 0 is NaN.
      withLoss(
        'sparsity',
        (compute) => (args) => tf.add(compute(args), tf.sum(tf.sqrt(tf.square(args.params.b_enc)))),
      ),
      'variant.not-finite',
      /the gradient of b_enc: variant 'plain' .*at step 0/,
      0,
    ],
  };

  it.each(Object.entries(cases))('%s', async (_what, [variant, code, said, at]) => {
    expect(await train(variant)).toMatchObject({ code, message: expect.stringMatching(said), step: at });
  });

  it('is reported for a non-finite state at the next measured step', async () => {
    const broken = withUpdate((_encoded, _hyper, { state, step }) => ({
      ...state,
      steps: step < 2 ? tf.scalar(step) : nan(),
    }));
    const { code, message, step } = await train(broken, {}, 3);
    expect({ code, step }).toEqual({ code: 'variant.not-finite', step: 3 });
    expect(message).toContain('the state steps');
  });
});
