/**
 * Trains at a size that uses every compiled kernel, including screening: on one and two threads, with gradients materialised
 * or not, and for many steps.
 */
import { availableParallelism } from 'node:os';
import { freshState, resolveTraining, seeded, Trainer, trainingSettings } from '@sae-lab/core';
import type { Hyper, Params, Variant } from '@sae-lab/core';
import { heapBytes, optimizer, useCpuBackend } from '@sae-lab/kernels';
import { batchTopk } from '@sae-lab/batch-topk';
import { gated } from '@sae-lab/gated';
import { jumpRelu } from '@sae-lab/jump-relu';
import { matryoshka } from '@sae-lab/matryoshka';
import { reluL1 } from '@sae-lab/relu-l1';
import { topk } from '@sae-lab/topk';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it, vi } from 'vitest';

const [ROWS, D_IN, D_SAE] = [512, 64, 2048];

const VARIANTS: [Variant, Hyper][] = [
  [topk.variant, { k: 16 }],
  [batchTopk.variant, { k: 16 }],
  [matryoshka.variant, { k: 16 }],
  [jumpRelu.variant, { l0: 0.1 }],
  [reluL1.variant, { l1: 1 }],
  [gated.variant, { l1: 1 }],
];

beforeAll(() => useCpuBackend());

const random = seeded(0, 'activations');
const data = Float32Array.from({ length: ROWS * D_IN }, () => random.normal());

function trainerOf(
  variant: Variant,
  input: Hyper,
  steps: number,
  gradientClip: number | null = null,
): Trainer {
  const hyper = variant.hyper.parse(input);
  const shape = { dIn: D_IN, dSae: D_SAE, hyper };
  // Latents die within the first steps, and are resampled.
  const chosen = {
    batchSize: ROWS,
    learningRate: 3e-4,
    gradientClip,
    deadAfter: 0.05,
    resample: { every: 0.25, until: 0.8 },
  };
  const training = resolveTraining(trainingSettings.parse({ steps, ...chosen }), variant, shape);
  const sample = { shape: [ROWS, D_IN], data };
  const state = freshState(variant, { ...shape, sample, random: seeded(0, 'init') });
  const plan = { variant, hyper, dSae: D_SAE, training, batchSize: ROWS, totalSteps: steps, seed: 0 };
  return new Trainer(plan, state);
}

/**
 * Some variants start with half of their latents active, which makes codes dense. Their bias or threshold turns most off.
 * Rows get norm 1, because JumpReLU's window would include many short ones.
 */
function turnOff(params: Params): void {
  const rows = params['W_enc'] as tf.Tensor2D;
  params['W_enc'] = tf.div(rows, tf.norm(rows, 2, 1, true));
  const level = 2.2;
  if ('theta' in params) params['theta'] = tf.fill([D_SAE], level);
  else for (const name of ['b_gate', 'b_mag']) if (name in params) params[name] = tf.fill([D_SAE], -level);
  if ('b_enc' in params && !('theta' in params)) params['b_enc'] = tf.fill([D_SAE], -level);
}

async function weights(
  threads: number,
  variant: Variant,
  hyper: Hyper,
  gradientClip: number | null = null,
): Promise<Record<string, Float32Array>> {
  await useCpuBackend({ threads });
  const trainer = trainerOf(variant, hyper, 8, gradientClip);
  const x = tf.tensor2d(data, [ROWS, D_IN]);
  let values: Record<string, number> = {};
  turnOff(trainer.state.params);
  for (let step = 0; step < 8; step++) values = (await trainer.step(x, true)).values!;
  expect(values['sparse_code']).toBe(1);
  const read = Object.entries(trainer.state.params).map(([name, tensor]) => [
    name,
    tensor.dataSync().slice(),
  ]);
  trainer.dispose();
  x.dispose();
  return Object.fromEntries(read) as Record<string, Float32Array>;
}

describe.each(VARIANTS)('$name', (variant, hyper) => {
  it('has the same weights after training on one thread and on two', async ({ skip }) => {
    skip(availableParallelism() < 2, 'this machine has one core');
    const one = await weights(1, variant, hyper);
    expect(await weights(2, variant, hyper)).toEqual(one);
  });

  it.each([null, 1e-3])(
    'has the same weights whether gradients are materialised or not, clipped at %s',
    async (gradientClip) => {
      await useCpuBackend({ threads: 1 });
      const step = vi.spyOn(optimizer()!, 'adam');
      const unmaterialised = await weights(1, variant, hyper, gradientClip);
      // Only a step whose gradient is not materialised returns the sum of squares.
      expect(step.mock.results.some(({ value }) => value.squareSum !== undefined)).toBe(true);
      step.mockRestore();
      const restore = materialiseGradients();
      try {
        expect(await weights(1, variant, hyper, gradientClip)).toEqual(unmaterialised);
      } finally {
        restore();
      }
    },
  );
});

/** Materialises every gradient before its norm is computed and before the step. Call the returned function to stop. */
function materialiseGradients(): () => void {
  const compiled = optimizer()!;
  const adam = compiled.adam.bind(compiled);
  const squareSum = compiled.squareSum.bind(compiled);
  const materialised = (gradient: tf.Tensor): tf.Tensor => tf.tensor(gradient.dataSync(), gradient.shape);
  const spies = [
    vi.spyOn(compiled, 'isSurelyFinite').mockReturnValue(false),
    vi.spyOn(compiled, 'squareSum').mockImplementation((gradient) => {
      const copy = materialised(gradient);
      const sum = squareSum(copy);
      copy.dispose();
      return sum;
    }),
    vi.spyOn(compiled, 'adam').mockImplementation((args) => {
      const gradient = materialised(args.gradient);
      const next = adam({ ...args, gradient });
      gradient.dispose();
      return next;
    }),
  ];
  return () => spies.forEach((spy) => spy.mockRestore());
}

it('leaks neither tensors nor memory over a thousand steps', { timeout: 120_000 }, async () => {
  await useCpuBackend();
  const trainer = trainerOf(topk.variant, { k: 16 }, 10_000);
  const x = tf.tensor2d(data, [ROWS, D_IN]);
  const held = () => ({ ...tf.memory(), blocks: tf.backend().numDataIds(), heap: heapBytes() });
  for (let step = 0; step < 60; step++) await trainer.step(x, step % 10 === 0);
  const before = held();
  for (let step = 0; step < 1000; step++) await trainer.step(x, step % 10 === 0);
  expect(held()).toEqual(before);
  trainer.dispose();
  x.dispose();
});
