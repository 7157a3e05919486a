import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../random/seeded.ts';
import type { SaeTensor } from '../sae/inference-sae.ts';
import { hostTensors } from '../training/host-tensors.ts';
import { resolveTraining, trainingSettings, type TrainingInput } from '../training/training-settings.ts';
import { Trainer } from '../training/trainer.ts';
import { freshState } from '../training/trainer-state.ts';
import type { Hyper, Variant } from '../variant/contract.ts';
import { useTestDevice } from './device.ts';

const [ROWS, D_IN, D_SAE] = [32, 8, 24];
const DEAD = [0, 5, 23];
const ALIVE = Array.from({ length: D_SAE }, (_, latent) => latent).filter((latent) => !DEAD.includes(latent));

/**
 * Registers a check that the trainer reinitialises a variant's dead latents as its roles say, and changes nothing else.
 *
 * @example testResamples(topk.variant, { k: 5 });
 */
export function testResamples(variant: Variant, input: Hyper): void {
  const hyper = variant.hyper.parse(input);
  describe(`${variant.name} ${JSON.stringify(hyper)}, resampled`, () => {
    beforeAll(useTestDevice);

    it('reinitialises dead latents as its roles say, and leaves the others alone', async () => {
      const roles = variant.roles(hyper);
      const without = await oneStep(variant, hyper, {});
      const { values, tokensSinceFired, x, ...state } = await oneStep(variant, hyper, {
        resample: { every: 0.25, until: 0.5 },
      });
      expect(values['resampled']).toBe(DEAD.length);
      expect(DEAD.map((latent) => tokensSinceFired[latent])).toEqual(DEAD.map(() => 0));

      const [encoder, decoder] = [rowsOf(state.params, roles.encoder), rowsOf(state.params, roles.decoder)];
      const meanNorm = (rows: number[][]): number =>
        ALIVE.reduce((sum, latent) => sum + Math.hypot(...rows[latent]!), 0) / ALIVE.length;
      for (const latent of DEAD) {
        const [reads, writes] = [encoder[latent]!, decoder[latent]!];
        expect(Math.hypot(...reads)).toBeCloseTo(0.2 * meanNorm(encoder), 5);
        expect(Math.hypot(...writes)).toBeCloseTo(roles.decoderNorm === 'unit' ? 1 : meanNorm(decoder), 5);
        expect(cosine(reads, writes)).toBeCloseTo(1, 5);
        expect(Math.max(...x.map((row) => cosine(row, writes)))).toBeCloseTo(1, 5);
        for (const [name, fresh] of Object.entries(roles.perLatent)) {
          expect(state.params[name]!.data[latent], name).toBe(Math.fround(fresh as number));
        }
      }

      for (const [tensors, original] of [
        [state.params, without.params],
        [state.m, without.m],
        [state.v, without.v],
      ] as const) {
        const isMoment = tensors !== state.params;
        for (const name of Object.keys(tensors)) {
          const [now, was] = [rowsOf(tensors, name), rowsOf(original, name)];
          const perLatent = !roles.perDimension.includes(name);
          const kept = perLatent ? ALIVE : [...now.keys()];
          expect(
            kept.map((row) => now[row]),
            name,
          ).toEqual(kept.map((row) => was[row]));
          if (!perLatent || !isMoment) continue;
          expect(
            DEAD.flatMap((row) => was[row]!).every((value) => value !== 0),
            name,
          ).toBe(true);
          const fresh = tensors === state.m ? 0 : mean(ALIVE.flatMap((row) => was[row]!));
          for (const value of DEAD.flatMap((row) => now[row]!)) expect(value, name).toBeCloseTo(fresh, 5);
        }
      }
      expect(state.state).toEqual(without.state);
    });
  });
}

/** The first step of a run in which a few latents are dead; no moment is 0. */
async function oneStep(variant: Variant, hyper: Hyper, input: Partial<TrainingInput>) {
  const random = seeded(0, 'activations');
  const data = Float32Array.from({ length: ROWS * D_IN }, () => random.normal());
  const sample = { shape: [ROWS, D_IN], data };
  const shape = { dIn: D_IN, dSae: D_SAE, hyper };
  // With a β₁ of 0, as some variants have, the first moments of a dead latent would be 0 anyway.
  const settings = trainingSettings.parse({ steps: 4, batchSize: ROWS, beta1: 0.9, ...input });
  const training = resolveTraining(settings, variant, shape);
  const state = freshState(variant, { ...shape, sample, random: seeded(0, 'init') });
  const { encoder, perLatent } = variant.roles(hyper);
  for (const name of [encoder, ...Object.keys(perLatent)]) {
    // With rows, biases and thresholds of 0, no pre-activation exceeds its threshold.
    const tensor = (await hostTensors(state.params))[name]!;
    const width = tensor.data.length / D_SAE;
    for (const latent of DEAD) tensor.data.fill(0, latent * width, (latent + 1) * width);
    state.params[name] = tf.tensor(tensor.data, [...tensor.shape]);
  }
  for (const moments of [state.moments.m, state.moments.v]) {
    for (const name of Object.keys(moments)) moments[name] = tf.fill(moments[name]!.shape, 0.5);
  }
  for (const latent of DEAD) state.tokensSinceFired[latent] = 1e8;
  const plan = { variant, hyper, dSae: D_SAE, training, batchSize: ROWS, totalSteps: 4, seed: 0 };
  const trainer = new Trainer(plan, state);
  const x = tf.tensor2d(data, [ROWS, D_IN]);
  const { values } = await trainer.step(x, false);
  const { params, moments, tokensSinceFired, state: variantState } = trainer.state;
  return {
    values,
    tokensSinceFired,
    params: await hostTensors(params),
    m: await hostTensors(moments.m),
    v: await hostTensors(moments.v),
    state: await hostTensors(variantState),
    x: await x.array(),
  };
}

/** The rows of a matrix; a vector has one entry per row. */
function rowsOf(tensors: Record<string, SaeTensor>, name: string): number[][] {
  const { shape, data } = tensors[name]!;
  const width = data.length / shape[0]!;
  return Array.from({ length: shape[0]! }, (_, row) => [...data.subarray(row * width, (row + 1) * width)]);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function cosine(a: number[], b: number[]): number {
  const dot = a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  return dot / (Math.hypot(...a) * Math.hypot(...b));
}
