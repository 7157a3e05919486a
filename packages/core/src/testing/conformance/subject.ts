/** What the checks run on: a batch, and parameters away from their initial values. */
import { SaeLabError } from '@sae-lab/errors';
import * as tf from '@tensorflow/tfjs';
import { seeded, type Random } from '../../random/seeded.ts';
import type { SaeTensor } from '../../sae/inference-sae.ts';
import { hostTensors } from '../../training/host-tensors.ts';
import { resolveTraining, trainingSettings, type TrainingInput } from '../../training/training-settings.ts';
import { Trainer } from '../../training/trainer.ts';
import { freshState, type TrainerState } from '../../training/trainer-state.ts';
import type { Context, DeadLatents, Hyper, Params, Progress, Variant } from '../../variant/contract.ts';
import { trainingContext } from '../context.ts';
import { AFFORDED, useTestDevice } from '../device.ts';

// Not multiples of a vector's width.
const ROWS = 33;
export const D_IN = 7;
export const D_SAE = 29;
export const STEPS = AFFORDED.steps;
/** The first, a middle and the last step of a run: where schedules are checked. */
export const STAGES = [
  { step: 0, totalSteps: 100 },
  { step: 50, totalSteps: 100 },
  { step: 99, totalSteps: 100 },
] as const;

/** For messages. */
export const at = ({ step, totalSteps }: Progress): string => `in step ${step} of ${totalSteps}`;

/** Throws if a variant breaks its contract. */
export type Check = (variant: Variant, hyper: Hyper) => Promise<void>;

export function fail(
  problem: string,
  details: { field?: string; expected?: string; received?: string } = {},
): never {
  throw new SaeLabError('variant.nonconforming', { problem, ...details });
}

export async function initialState(
  variant: Variant,
  hyper: Hyper,
  { seed = 0, dSae = D_SAE } = {},
): Promise<TrainerState> {
  await useTestDevice();
  const args = { dIn: D_IN, dSae, hyper, sample: sample(), random: seeded(seed, 'init') };
  return freshState(variant, args);
}

function sample(): SaeTensor {
  const random = seeded(0, 'activations');
  return { shape: [ROWS, D_IN], data: Float32Array.from({ length: ROWS * D_IN }, () => random.normal()) };
}

export function batch(rows = ROWS): tf.Tensor2D {
  return tf.tensor2d(sample().data.subarray(0, rows * D_IN), [rows, D_IN]);
}

/** Every parameter moved from its initial value; otherwise a forgotten bias would go unnoticed. */
export async function perturbed(variant: Variant, hyper: Hyper, seed = 1): Promise<TrainerState> {
  const state = await initialState(variant, hyper);
  return { ...state, params: moved(state.params, randomLike(state.params, seeded(seed, 'perturb')), 0.1) };
}

/** Every third latent is dead, or none, or all. */
export function deadLatents(which: 'some' | 'none' | 'all', dSae = D_SAE): DeadLatents {
  const mask = Float32Array.from({ length: dSae }, (_, i) =>
    Number(which === 'all' || (which === 'some' && i % 3 === 0)),
  );
  return { count: mask.reduce((sum, dead) => sum + dead, 0), mask: tf.tensor1d(mask) };
}

export function contextOf(state: TrainerState, given: Partial<Context> = {}): Context {
  return trainingContext({ state: state.state, dead: deadLatents('some'), ...given });
}

export function trainerOf(
  variant: Variant,
  hyper: Hyper,
  state: TrainerState,
  input: Partial<TrainingInput> & { steps?: number } = {},
): Trainer {
  const given = { steps: STEPS, batchSize: ROWS, learningRate: 0.01, ...input };
  const settings = trainingSettings.parse(given);
  const training = resolveTraining(settings, variant, { hyper, dIn: D_IN, dSae: D_SAE });
  return new Trainer(
    { variant, hyper, dSae: D_SAE, training, batchSize: ROWS, totalSteps: given.steps, seed: 0 },
    state,
  );
}

/** Trains on one batch of random rows. Returns what each step logged, and the final weights. */
export async function trainOnOneBatch(
  variant: Variant,
  hyper: Hyper,
  input: Partial<TrainingInput> & { steps?: number } = {},
): Promise<{ values: Record<string, number>[]; weights: Record<string, SaeTensor> }> {
  const trainer = trainerOf(variant, hyper, await initialState(variant, hyper), input);
  const x = batch();
  const values: Record<string, number>[] = [];
  for (let step = 0; step < (input.steps ?? STEPS); step++) values.push((await trainer.step(x, true)).values);
  const weights = await weightsOf(trainer.state);
  trainer.dispose();
  x.dispose();
  return { values, weights };
}

export async function weightsOf({ params, state }: TrainerState): Promise<Record<string, SaeTensor>> {
  return { ...(await hostTensors(params)), ...(await hostTensors(state)) };
}

/** The name of the first tensor in which two records differ by a bit. */
export function firstDifference(
  a: Record<string, SaeTensor>,
  b: Record<string, SaeTensor>,
): string | undefined {
  const bits = ({ data }: SaeTensor): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Object.keys(a).find((name) => b[name] === undefined || !bits(a[name]!).equals(bits(b[name])));
}

export function randomLike(params: Params, random: Random, without: readonly string[] = []): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, { shape, size }]) => {
      const value = without.includes(name) ? () => 0 : () => random.normal();
      return [name, tf.tensor(Float32Array.from({ length: size }, value), shape)];
    }),
  );
}

/** The named tensors times a factor, the others as they are. */
export function scaledBy(factor: number, params: Params, names: readonly string[]): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, tensor]) => [
      name,
      names.includes(name) ? tf.mul(tensor, factor) : tensor,
    ]),
  );
}

export function moved(params: Params, direction: Params, factor: number): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, tensor]) => [name, tf.add(tensor, tf.mul(direction[name]!, factor))]),
  );
}

/** Largest difference relative to the largest value of `expected`. */
export async function relativeDifference(actual: tf.Tensor, expected: tf.Tensor): Promise<number> {
  const [a, b] = await Promise.all([actual.data<'float32'>(), expected.data<'float32'>()]);
  const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-7);
  const worst = b.reduce((most, value, i) => Math.max(most, Math.abs(value - a[i]!)), 0);
  return a.length === b.length ? worst / largest : Infinity;
}
