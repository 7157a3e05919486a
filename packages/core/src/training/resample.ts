/**
 * Resampling of dead latents (Bricken et al. 2023, https://transformer-circuits.pub/2023/monosemantic-features, "Neuron
 * Resampling"): a latent that no longer fires begins anew as the direction of an input that is badly reconstructed.
 */
import * as tf from '@tensorflow/tfjs';
import type { CodeOps } from '../code/code.ts';
import type { Random } from '../random/seeded.ts';
import type { Context, Encoded, Hyper, Params, Roles, Variant } from '../variant/contract.ts';
import type { Moments } from './adam.ts';
import { unitRows } from './decoder-norm.ts';
import type { TrainerState } from './trainer.ts';

/** A fresh encoder row has this part of the mean norm of the others: it should fire, but not disturb them. */
const ENCODER_NORM = 0.2;

export interface ResampleArgs {
  variant: Variant;
  hyper: Hyper;
  ops: CodeOps;
  totalSteps: number;
  /** As it is after the step. */
  current: Pick<TrainerState, 'step' | 'params' | 'moments' | 'state'>;
  /** Indices of the dead latents, rising. */
  dead: readonly number[];
  /** The step's batch, [B, dIn]. */
  x: tf.Tensor2D;
  /** Inputs are drawn from the first rows of x, so many; undefined for all. */
  rows: number | undefined;
  random: Random;
}

export interface Resampled {
  /** Those of the dead that have begun anew: the first ones where there are fewer inputs to draw than dead. */
  latents: readonly number[];
  /** New tensors throughout; those that were given stay as they are. */
  params: Params;
  moments: Moments;
}

/**
 * Gives dead latents the directions of inputs, drawn without replacement with probability proportional to the square
 * of ‖x − x̂‖², the loss of that input. With x the input of a latent, its
 *
 * - decoder row is x/‖x‖, times the mean norm of the alive latents' rows where the decoder is free;
 * - encoder row is x/‖x‖ times 0.2 of the mean norm of the alive latents' rows;
 * - other numbers are what the variant's roles say a latent begins with;
 * - moments are 0.
 *
 * Where all latents are dead, the mean is over all. The variant's state stays.
 *
 * @returns undefined where nothing changes: no latent is dead, or no input has both a direction and a loss
 */
export async function resampleDead(args: ResampleArgs): Promise<Resampled | undefined> {
  const { dead, random } = args;
  if (dead.length === 0) return undefined;
  const rows = drawDistinct(await squaredLosses(args), dead.length, random);
  if (rows.length === 0) return undefined;
  const latents = dead.slice(0, rows.length);
  return { latents, ...beginAnew(args, latents, rows) };
}

/**
 * Up to `count` different indices, one after the other with probability proportional to the weights of those that are
 * left. One of weight 0 is never drawn, nor one whose weight is no number or infinite.
 */
export function drawDistinct(weights: ArrayLike<number>, count: number, random: Random): number[] {
  // Of clocks that ring at these rates each is the next to ring with just that probability.
  return Array.from(weights, (weight, index) => ({
    index,
    time: -Math.log(1 - random.uniform()) / weight,
    possible: weight > 0 && weight < Infinity,
  }))
    .filter(({ possible }) => possible)
    .toSorted((a, b) => a.time - b.time)
    .slice(0, count)
    .map(({ index }) => index);
}

/** ‖x − x̂‖⁴ of each row that may be drawn; 0 for a row of zeros, which has no direction. */
async function squaredLosses(args: ResampleArgs): Promise<Float64Array> {
  const { variant, hyper, ops, totalSteps, current, rows = Infinity } = args;
  const { params, step, state } = current;
  const [losses, norms] = tf.tidy<[tf.Tensor1D, tf.Tensor1D]>(() => {
    const x = args.x.slice([0, 0], [Math.min(rows, args.x.shape[0]), -1]);
    const dSae = params[variant.roles(hyper).encoder]!.shape[0];
    // As if none were dead: an auxiliary code of dead latents is not part of the reconstruction.
    const dead = { count: 0, mask: tf.zeros<tf.Rank.R1>([dSae]) };
    const context: Context = { ops, mode: 'train', step, totalSteps, dead, state };
    const encoded: Encoded = variant.encode(params, x, hyper, context);
    const reconstruction = variant.decode(params, encoded, hyper, ops);
    return [tf.sum(tf.squaredDifference(x, reconstruction), 1), tf.sum(tf.square(x), 1)];
  });
  const [loss, norm] = await Promise.all([losses.data(), norms.data()]);
  tf.dispose([losses, norms]);
  return Float64Array.from(loss, (value, row) => (norm[row] === 0 ? 0 : value ** 2));
}

function beginAnew(
  { variant, hyper, current: { params, moments }, dead, x }: ResampleArgs,
  latents: readonly number[],
  rows: readonly number[],
): { params: Params; moments: Moments } {
  const roles: Roles<Params> = variant.roles(hyper);
  return tf.tidy(() => {
    const encoder = params[roles.encoder] as tf.Tensor2D;
    const decoder = params[roles.decoder] as tf.Tensor2D;
    const dSae = encoder.shape[0];
    const counted = countedRows(dSae, dead);
    const directions = unitRows(tf.gather(x, tf.tensor1d([...rows], 'int32')));
    const fresh: Params = {
      [roles.encoder]: tf.mul(directions, tf.mul(meanNorm(encoder, counted), ENCODER_NORM)),
      [roles.decoder]:
        roles.decoderNorm === 'unit' ? directions : tf.mul(directions, meanNorm(decoder, counted)),
    };
    for (const [name, value] of Object.entries(roles.perLatent)) {
      fresh[name] = tf.fill([latents.length], value as number);
    }

    const zeros = Object.fromEntries(
      Object.entries(fresh).map(([name, tensor]) => [name, tf.zerosLike(tensor)]),
    );
    const source = Int32Array.from({ length: dSae }, (_, latent) => latent);
    latents.forEach((latent, i) => (source[latent] = dSae + i));
    const from = tf.tensor1d(source, 'int32');
    return {
      params: withRows(params, fresh, from),
      moments: { m: withRows(moments.m, zeros, from), v: withRows(moments.v, zeros, from) },
    };
  });
}

/**
 * Copies of tensors with other rows. They are copied, not added to, so that what is kept is so bit for bit.
 *
 * @param rows to append to the tensor of that name before rows are chosen; a tensor without any is kept
 * @param from which row of the longer tensor comes to stand where, [dSae]
 */
function withRows(tensors: Params, rows: Params, from: tf.Tensor1D): Params {
  const copied = Object.entries(tensors).map(([name, tensor]) => {
    const others = rows[name];
    if (others === undefined) return [name, tf.clone(tensor)] as const;
    return [name, tf.gather(tf.concat([tensor, others], 0), from)] as const;
  });
  return Object.fromEntries(copied);
}

/** 1 for each alive latent, or for all where none is, [dSae]. */
function countedRows(dSae: number, dead: readonly number[]): tf.Tensor1D {
  const counted = new Float32Array(dSae).fill(1);
  if (dead.length < dSae) for (const latent of dead) counted[latent] = 0;
  return tf.tensor1d(counted);
}

/** Mean norm of the rows whose entry in `counted` is 1. */
function meanNorm(matrix: tf.Tensor2D, counted: tf.Tensor1D): tf.Tensor {
  const norms = tf.sqrt(tf.sum(tf.square(matrix), 1));
  return tf.div(tf.sum(tf.mul(norms, counted)), tf.sum(counted));
}
