import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../random/seeded.ts';
import { plainVariant, type PlainVariant } from '../testing/plain-variant.ts';
import { resolveTraining, trainingSettings, type TrainingInput } from './training-settings.ts';
import { Trainer } from './trainer.ts';
import { freshState } from './trainer-state.ts';

const [ROWS, D_IN, D_SAE] = [16, 6, 10];

function trainer(decoderNorm: 'unit' | 'free', settings: TrainingInput): Trainer {
  const hyper = { l1: 0.1, decoderNorm };
  const shape = { dIn: D_IN, dSae: D_SAE };
  const sample = { shape: [0, D_IN], data: new Float32Array(0) };
  const training = resolveTraining(trainingSettings.parse(settings), plainVariant, { ...shape, hyper });
  const state = freshState(plainVariant, { ...shape, hyper, sample, random: seeded(0, 'init') });
  const plan = { variant: plainVariant, hyper, training, dSae: D_SAE, batchSize: ROWS, seed: 0 };
  return new Trainer({ ...plan, totalSteps: training.steps as number }, state);
}

function batch(seed: number): tf.Tensor2D {
  const random = seeded(seed, 'batch');
  return tf.tensor2d(
    Float32Array.from({ length: ROWS * D_IN }, () => random.normal()),
    [ROWS, D_IN],
  );
}

function rowNorms(matrix: tf.Tensor): number[] {
  return [...tf.sqrt(tf.sum(tf.square(matrix), 1)).dataSync()];
}

/** How far one step moves all parameters. With β₁ = β₂ = 0 and a huge ε, Adam's step is the gradient / ε. */
async function oneStep(gradientClip: number | null): Promise<{ moved: number; norm: number }> {
  const settings = { steps: 1, learningRate: 1, epsilon: 1e6, beta1: 0, beta2: 0, warmup: 0, decay: 0 };
  const training = trainer('free', { ...settings, gradientClip });
  const before = tf.concat(Object.values(training.state.params).map((tensor) => tensor.flatten()));
  const { values } = await training.step(batch(0), true);
  const after = tf.concat(Object.values(training.state.params).map((tensor) => tensor.flatten()));
  const moved = tf.norm(tf.mul(tf.sub(after, before), 1e6)).dataSync()[0] as number;
  return { moved, norm: values['gradient_norm'] as number };
}

describe('Trainer', () => {
  beforeAll(() => useCpuBackend({ threads: 1 }));

  it('keeps a unit decoder at norm 1, moving it only across its rows', async () => {
    const training = trainer('unit', { steps: 50, learningRate: 0.05 });
    const before = training.state.params['W_dec']!.arraySync() as number[][];
    for (let step = 0; step < 50; step++) await training.step(batch(step), false);
    const decoder = training.state.params['W_dec']!;
    rowNorms(decoder).forEach((norm) => expect(norm).toBeCloseTo(1, 5));
    expect(decoder.arraySync()).not.toEqual(before);
  });

  it('lets a free decoder change its norm', async () => {
    const training = trainer('free', { steps: 20, learningRate: 0.05 });
    for (let step = 0; step < 20; step++) await training.step(batch(step), false);
    expect(
      Math.max(...rowNorms(training.state.params['W_dec']!).map((norm) => Math.abs(norm - 1))),
    ).toBeGreaterThan(0.05);
  });

  it('updates the variant’s state once per step', async () => {
    const training = trainer('unit', { steps: 3 });
    for (let step = 0; step < 3; step++) await training.step(batch(step), false);
    expect(training.state.state['steps']!.dataSync()[0]).toBe(3);
    expect(Math.max(...training.state.state['firings']!.dataSync())).toBe(3);
  });

  it('warms up the learning rate and the sparsity terms', async () => {
    const training = trainer('unit', {
      steps: 10,
      learningRate: 1,
      warmup: 0.4,
      decay: 0,
      sparsityWarmup: 0.5,
    });
    const reports = [];
    for (let step = 0; step < 6; step++) reports.push((await training.step(batch(0), true)).values);
    expect(reports.map((values) => values['learning_rate'])).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
    reports.forEach((values, step) => {
      const factor = Math.min(1, (step + 1) / 5);
      const expected = values['loss/reconstruction']! + 0.1 * factor * values['loss/sparsity']!;
      expect(values['loss']).toBeCloseTo(expected, 3);
    });
  });

  it('clips the global norm of the gradient', async () => {
    const free = await oneStep(null);
    const clipped = await oneStep(0.5);
    expect(clipped.norm).toBe(free.norm);
    expect(free.norm).toBeGreaterThan(1);
    expect(free.moved / free.norm).toBeCloseTo(1, 0);
    expect(clipped.moved).toBeCloseTo(0.5, 0);
  });

  it('counts a latent as dead after the configured silence, until it fires', async () => {
    const training = trainer('unit', { steps: 10, deadAfter: 0.2, learningRate: 1e-6 });
    const silent = tf.zeros<tf.Rank.R2>([ROWS, D_IN]);
    const dead: number[] = [];
    for (const x of [silent, silent, silent, batch(0)]) {
      dead.push((await training.step(x, true)).values['dead_fraction'] as number);
    }
    // 0.2 of 10 steps: dead once two batches have passed without a firing.
    expect(dead.slice(0, 3)).toEqual([0, 1, 1]);
    expect(dead[3]).toBeLessThan(0.5);
  });

  it('resamples dead latents when due, reports how many, and counts them as alive', async () => {
    const settings = { steps: 10, deadAfter: 0.1, learningRate: 1e-6, resample: { every: 0.3, until: 0.6 } };
    const training = trainer('unit', settings);
    // No latent fires on anything.
    const { params } = training.state;
    Object.assign(params, { W_enc: tf.zerosLike(params['W_enc']!), b_enc: tf.fill([D_SAE], -1) });
    // An all-zero input has no direction.
    const silent = tf.zeros<tf.Rank.R2>([ROWS, D_IN]);
    const resampled = [];
    for (const x of [batch(0), batch(1), silent, batch(3), batch(4)]) {
      resampled.push((await training.step(x, true)).values['resampled']);
    }
    expect(resampled).toEqual([undefined, undefined, 0, undefined, undefined]);
    expect(training.state.tokensSinceFired).toEqual(new Float64Array(D_SAE).fill(5 * ROWS));
    // Two inputs for ten latents: eight wait.
    const few = tf.pad(batch(5).slice([0, 0], [2, D_IN]), [
      [0, ROWS - 2],
      [0, 0],
    ]);
    expect((await training.step(few, false)).values['resampled']).toBe(2);
    const silence = [0, 0, ...Array.from({ length: D_SAE - 2 }, () => 6 * ROWS)];
    expect([...training.state.tokensSinceFired]).toEqual(silence);
    expect([...training.state.params['b_enc']!.dataSync()].map(Math.round)).toEqual(
      silence.map((s) => (s ? -1 : 0)),
    );
  });

  it('is unaffected by resampling if no latent is dead, except for its log', async () => {
    const settings = { steps: 10, deadAfter: 1, learningRate: 0.01 };
    const [without, having] = [
      trainer('free', settings),
      trainer('free', { ...settings, resample: { every: 0.1, until: 1 } }),
    ];
    for (let step = 0; step < 9; step++) {
      const { values, loss } = await without.step(batch(step), true);
      expect(await having.step(batch(step), true)).toEqual({ loss, values: { ...values, resampled: 0 } });
    }
    for (const group of ['params', 'state'] as const) {
      for (const [name, tensor] of Object.entries(having.state[group])) {
        expect(tensor.dataSync()).toEqual(without.state[group][name]!.dataSync());
      }
    }
  });

  it('names a parameter that does not match its role', () => {
    const transposed: PlainVariant = {
      ...plainVariant,
      init: (args) => ({ params: { ...plainVariant.init(args).params, W_dec: tf.zeros([D_IN, D_SAE]) } }),
    };
    const sample = { shape: [0, D_IN], data: new Float32Array(0) };
    const hyper = { l1: 0, decoderNorm: 'free' as const };
    const args = { dIn: D_IN, dSae: D_SAE, hyper, sample, random: seeded(0, 'init') };
    expect(() => freshState(transposed, args)).toThrow(
      expect.objectContaining({ code: 'variant.wrong-shape', message: expect.stringContaining('W_dec') }),
    );
  });

  it('leaks no tensor', async () => {
    const training = trainer('unit', { steps: 30, deadAfter: 0.01, resample: { every: 0.1 } });
    const x = batch(0);
    await training.step(x, true);
    const { numTensors } = tf.memory();
    let resampled = 0;
    for (let step = 1; step < 30; step++) {
      // Silences latents, so that some are resampled.
      const { b_enc } = training.state.params;
      training.state.params['b_enc'] = tf.tidy(() => tf.sub(b_enc!, tf.range(0, D_SAE)));
      b_enc!.dispose();
      resampled += (await training.step(x, step % 2 === 0)).values['resampled'] ?? 0;
    }
    expect(resampled).toBeGreaterThan(0);
    expect(tf.memory().numTensors).toBe(numTensors);
    training.dispose();
    x.dispose();
  });
});
