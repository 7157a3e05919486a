/** The trainer on a GPU, compared with the CPU. */
import { freshState, resolveTraining, seeded, Trainer, trainingSettings } from '@sae-lab/core';
import type { Hyper, Variant } from '@sae-lab/core';
import { selectTopK, useDevice, type ChosenDevice } from '@sae-lab/kernels';
import { reluL1 } from '@sae-lab/relu-l1';
import { topk } from '@sae-lab/topk';
import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it, vi, type MockInstance } from 'vitest';

const GPU = process.env['SAE_LAB_TEST_DEVICE'] as ChosenDevice;
const [ROWS, D_IN, D_SAE, STEPS] = [48, 24, 96, 20];

afterEach(() => vi.restoreAllMocks());

const random = seeded(0, 'activations');
const data = Float32Array.from({ length: ROWS * D_IN }, () => random.normal());
const batch = (): tf.Tensor2D => tf.tensor2d(data, [ROWS, D_IN]);

/** A trainer before its first step, on the current device. */
function trainerOf(variant: Variant, input: Hyper): Trainer {
  const hyper = variant.hyper.parse(input);
  const shape = { dIn: D_IN, dSae: D_SAE, hyper };
  // Latents die by the second step and are resampled, so every branch of the trainer runs.
  const settings = trainingSettings.parse({
    steps: STEPS,
    batchSize: ROWS,
    learningRate: 3e-3,
    deadAfter: 0.01,
    resample: { every: 0.25, until: 0.8 },
  });
  const training = resolveTraining(settings, variant, shape);
  const state = freshState(variant, {
    ...shape,
    sample: { shape: [ROWS, D_IN], data },
    random: seeded(0, 'init'),
  });
  const plan = { variant, hyper, dSae: D_SAE, training, batchSize: ROWS, totalSteps: STEPS, seed: 0 };
  return new Trainer(plan, state);
}

async function losses(device: ChosenDevice, variant: Variant, hyper: Hyper): Promise<number[]> {
  await useDevice({ device, threads: 1 });
  const trainer = trainerOf(variant, hyper);
  const x = batch();
  const logged: number[] = [];
  for (let step = 0; step < STEPS; step++) logged.push((await trainer.step(x, true)).values['loss']!);
  trainer.dispose();
  x.dispose();
  return logged;
}

describe.each<[Variant, Hyper]>([
  [topk.variant, { k: 8 }],
  [reluL1.variant, { l1: 0.2, loss: 'unit-norm' }],
])('$name', (variant, hyper) => {
  it(`has the CPU's losses over ${STEPS} steps`, async () => {
    const [expected, actual] = [await losses('cpu', variant, hyper), await losses(GPU, variant, hyper)];
    expect(expected.at(-1)).toBeLessThan(0.9 * expected[0]!);
    actual.forEach((loss, step) =>
      expect(Math.abs(loss / expected[step]! - 1), `step ${step}`).toBeLessThan(1e-4),
    );
  });

  it('reads nothing synchronously, which would stall the GPU', async () => {
    await useDevice({ device: GPU });
    const reads: MockInstance[] = [
      vi.spyOn(tf.Tensor.prototype, 'dataSync'),
      vi.spyOn(tf.Tensor.prototype, 'arraySync'),
      vi.spyOn(tf.Tensor.prototype, 'bufferSync'),
    ];
    // TensorFlow implements asynchronous reads by this one.
    if (GPU === 'webgpu') {
      reads.push(vi.spyOn(tf.backend() as unknown as { readSync: () => never }, 'readSync'));
    }
    await losses(GPU, variant, hyper);
    for (const read of reads) expect(read).not.toHaveBeenCalled();
  });
});

// CUDA throws its errors directly, and its indices are integers.
describe.skipIf(GPU !== 'webgpu')('WebGPU', () => {
  it('a command that the device rejects fails the step, and the next step works', async () => {
    await useDevice({ device: GPU });
    const trainer = trainerOf(topk.variant, { k: 8 });
    const x = batch();
    await trainer.step(x, false);
    const { device } = tf.backend() as unknown as { device: { createBuffer(descriptor: object): void } };
    // A buffer must not be mapped for both reading and writing.
    device.createBuffer({ size: 16, usage: 3 });
    await expect(trainer.step(x, false)).rejects.toMatchObject({
      code: 'kernels.device-fault',
      message: expect.stringContaining('the GPU reported an error: '),
    });
    await expect(trainer.step(x, false)).resolves.toMatchObject({ loss: expect.any(Number) });
  });

  it('refuses to choose from more values than a shader can count', async () => {
    await useDevice({ device: GPU });
    const z = tf.zeros<tf.Rank.R2>([1, 2 ** 24 + 1]);
    expect(() => selectTopK(z, 1)).toThrow(expect.objectContaining({ code: 'kernels.top-k' }));
    z.dispose();
  });
});

it('selects the same values as the CPU, and the lowest indices of equal ones', async () => {
  const draw = seeded(0, 'ties');
  for (const [rows, columns, k] of [
    [7, 300, 5],
    [7, 300, 64],
    [3, 257, 256],
    [1, 5000, 1000],
    [40, 33, 1],
  ] as const) {
    const z = Float32Array.from({ length: rows * columns }, () => draw.integer(-3, 4) / 2);
    const select = async (device: ChosenDevice) => {
      await useDevice({ device, threads: 1 });
      return selectTopK(tf.tensor2d(z, [rows, columns]), k).data();
    };
    const [expected, actual] = [await select('cpu'), await select(GPU)];
    // Adding 0 turns −0 into 0.
    expect(
      actual.map((value) => value + 0),
      `${rows} × ${columns}, k ${k}`,
    ).toEqual(expected.map((value) => value + 0));
  }
});
