import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { denseOps } from '../code/dense-ops.ts';
import { seeded, type Random } from '../random/seeded.ts';
import { foldScale, type SaeTensor } from '../sae/inference-sae.ts';
import { LoadedSae } from '../sae/loaded-sae.ts';
import { hostTensors } from '../training/host-tensors.ts';
import { lossGradients } from '../training/loss-gradients.ts';
import { resolveTraining, trainingSettings, type TrainingInput } from '../training/settings.ts';
import { freshState, Trainer, type TrainerState } from '../training/trainer.ts';
import { noneDead, trainingContext } from './context.ts';
import type { Encoded, Hyper, Params, Variant } from '../variant/contract.ts';

const ROWS = 32;
const D_IN = 8;
const D_SAE = 24;
const STEPS = 60;

/**
 * Directional finite differences of the loss against its gradient; only for hyperparameters under which the loss
 * is continuous and has no stop-gradient.
 */
export function testDifferentiates(variant: Variant, hyper: Hyper): void {
  it(`${title(variant, hyper)} has the gradient that finite differences find`, async () => {
    await useCpuBackend({ threads: 1 });
    const { state, x } = initialised(variant, hyper);
    const pass = (params: Params) =>
      lossGradients({
        variant,
        hyper,
        params,
        x,
        context: trainingContext({ state: state.state, dead: noneDead(D_SAE) }),
        sparsityFactor: 1,
        withMetrics: false,
      });
    const { gradients } = pass(state.params);
    const errors = [0, 1, 2, 3, 4].map((seed) => {
      const direction = randomLike(state.params, seeded(seed, 'direction'));
      const step = 3e-4;
      const lossAt = (factor: number): number =>
        pass(moved(state.params, direction, factor)).loss.dataSync()[0] as number;
      const numeric = (lossAt(step) - lossAt(-step)) / (2 * step);
      const analytic = dot(gradients, direction);
      return Math.abs(numeric - analytic) / Math.max(Math.abs(numeric), Math.abs(analytic));
    });
    // The median: a direction may cross a kink of the ReLU.
    expect(errors.toSorted((a, b) => a - b)[2]).toBeLessThan(1e-2);
  });
}

/** A variant trains, the same way each time, and what it exports reconstructs what it trained. */
export function testTrains(variant: Variant, hyper: Hyper): void {
  describe(title(variant, hyper), () => {
    beforeAll(() => useCpuBackend({ threads: 1 }));

    it('learns, and the same seed gives the same weights bit for bit', async () => {
      const first = await trainOnOneBatch(variant, hyper);
      const explained = first.metrics.map((metrics) => metrics['explained_variance'] as number);
      expect(explained.at(-1)).toBeGreaterThan((explained[0] as number) + 0.05);
      expect(await trainOnOneBatch(variant, hyper)).toEqual(first);
    });

    it('keeps the norm of the decoder that its roles promise', async () => {
      const { decoder, decoderNorm } = variant.roles(hyper);
      const { weights } = await trainOnOneBatch(variant, hyper);
      const rows = tf.tensor2d((weights[decoder] as SaeTensor).data, [D_SAE, D_IN]);
      const deviation = tf.max(tf.abs(tf.sub(tf.norm(rows, 2, 1), 1))).dataSync()[0];
      if (decoderNorm === 'unit') expect(deviation).toBeLessThan(1e-5);
      else expect(deviation).toBeGreaterThan(1e-2);
    });

    it('exports what it trained, the normalisation folded in', async () => {
      const { state, x } = initialised(variant, hyper);
      // Every parameter away from its initial value, or a forgotten bias would not show.
      const params = moved(state.params, randomLike(state.params, seeded(1, 'perturb')), 0.1);
      const context = trainingContext({ mode: 'inference', dead: noneDead(D_SAE), state: state.state });
      const encoded: Encoded = variant.encode(params, x, hyper, context);
      const trained = variant.decode(params, encoded, hyper, denseOps);

      const scale = 0.37;
      const exported = variant.toInference(await hostTensors(params), hyper, await hostTensors(state.state));
      const sae = new LoadedSae(foldScale(exported, scale));
      const restored = tf.mul(sae.decode(sae.encode(tf.div(x, scale))), scale);
      const difference = tf.max(tf.abs(tf.sub(trained, restored))).dataSync()[0] as number;
      const largest = tf.max(tf.abs(trained)).dataSync()[0] as number;
      expect(difference).toBeLessThan(1e-5 * largest);
    });
  });
}

function initialised(variant: Variant, hyper: Hyper): { state: TrainerState; x: tf.Tensor2D } {
  const random = seeded(0, 'activations');
  const data = Float32Array.from({ length: ROWS * D_IN }, () => random.normal());
  const sample = { shape: [ROWS, D_IN], data };
  const args = { dIn: D_IN, dSae: D_SAE, hyper, sample, random: seeded(0, 'init') };
  return { state: freshState(variant, args), x: tf.tensor2d(data, [ROWS, D_IN]) };
}

/** Trains on one batch of random rows: what is logged at each step, and the weights at the end. */
export async function trainOnOneBatch(
  variant: Variant,
  hyper: Hyper,
  input: Partial<TrainingInput> = {},
): Promise<{ metrics: Record<string, number>[]; weights: Record<string, SaeTensor> }> {
  await useCpuBackend({ threads: 1 });
  const { state, x } = initialised(variant, hyper);
  const settings = trainingSettings.parse({ steps: STEPS, batchSize: ROWS, learningRate: 0.01, ...input });
  const training = resolveTraining(settings, variant, { hyper, dIn: D_IN, dSae: D_SAE });
  const plan = { variant, hyper, dSae: D_SAE, training, batchSize: ROWS, totalSteps: STEPS };
  const trainer = new Trainer(plan, state);
  const metrics: Record<string, number>[] = [];
  for (let step = 0; step < STEPS; step++) {
    metrics.push((await trainer.step(x, true)).metrics as Record<string, number>);
  }
  const weights = await hostTensors(trainer.state.params);
  trainer.dispose();
  return { metrics, weights };
}

function randomLike(params: Params, random: Random): Params {
  const directions = Object.entries(params).map(([name, { shape, size }]) => [
    name,
    tf.tensor(
      Float32Array.from({ length: size }, () => random.normal()),
      shape,
    ),
  ]);
  return Object.fromEntries(directions) as Params;
}

function moved(params: Params, direction: Params, factor: number): Params {
  const entries = Object.entries(params).map(([name, tensor]) => [
    name,
    tf.add(tensor, tf.mul(direction[name] as tf.Tensor, factor)),
  ]);
  return Object.fromEntries(entries) as Params;
}

function dot(a: Params, b: Params): number {
  return Object.entries(a).reduce(
    (sum, [name, tensor]) => sum + (tf.sum(tf.mul(tensor, b[name] as tf.Tensor)).dataSync()[0] as number),
    0,
  );
}

function title(variant: Variant, hyper: Hyper): string {
  return `${variant.name} ${JSON.stringify(hyper)}`;
}
