/**
 * Resampling of dead latents (Bricken et al. 2023, https://transformer-circuits.pub/2023/monosemantic-features, "Neuron
 * Resampling"): a latent that no longer fires begins anew as the direction of an input that is badly reconstructed.
 */
import * as tf from '@tensorflow/tfjs';
import type { CodeOps } from '../codes/code.ts';
import type { Random } from '../random/seeded.ts';
import type { Context, Encoded, Hyper, Params, Roles, Variant } from '../variant/contract.ts';
import type { Moments } from './adam.ts';
import { unitRows } from './decoder-norm.ts';
import type { TrainerState } from './trainer.ts';

/** A fresh encoder row has at most this part of the mean norm of the others. */
const ENCODER_NORM = 0.2;
/** All fresh latents together may change the reconstruction of the batch by this part of its error. */
const LARGEST_CHANGE = 0.1;

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
 * - encoder row is x/‖x‖ times 0.2 of the mean norm of the alive latents' rows, or less where many latents begin anew:
 *   each fires on about half of the inputs, and together they may change x̂ by a tenth of ‖x − x̂‖ over the batch;
 * - other numbers are what the variant's roles say a latent begins with;
 * - first moments are 0, second ones the mean of the alive latents': late in a run Adam's bias correction no longer makes
 *   up for a second moment of 0, and the first step would be 1/√(1 − β₂) times as long.
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
  const { rows = Infinity } = args;
  const [losses, norms] = tf.tidy<[tf.Tensor1D, tf.Tensor1D]>(() => {
    const x = args.x.slice<tf.Tensor2D>([0, 0], [Math.min(rows, args.x.shape[0]), -1]);
    const reconstruction = reconstructionBy(args.current.params, x, args);
    return [tf.sum(tf.squaredDifference(x, reconstruction), 1), tf.sum(tf.square(x), 1)];
  });
  const [loss, norm] = await Promise.all([losses.data(), norms.data()]);
  tf.dispose([losses, norms]);
  return Float64Array.from(loss, (value, row) => (norm[row] === 0 ? 0 : value ** 2));
}

function reconstructionBy(
  params: Params,
  x: tf.Tensor2D,
  { variant, hyper, ops, totalSteps, current: { step, state } }: ResampleArgs,
): tf.Tensor2D {
  const dSae = params[variant.roles(hyper).encoder]!.shape[0];
  // As if none were dead: an auxiliary code of dead latents is not part of the reconstruction.
  const dead = { count: 0, mask: tf.zeros<tf.Rank.R1>([dSae]) };
  const context: Context = { ops, mode: 'train', step, totalSteps, dead, state };
  const encoded: Encoded = variant.encode(params, x, hyper, context);
  return variant.decode(params, encoded, hyper, ops);
}

function beginAnew(
  args: ResampleArgs,
  latents: readonly number[],
  rows: readonly number[],
): { params: Params; moments: Moments } {
  const { variant, hyper, dead, x } = args;
  const { params, moments } = args.current;
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

    const ofEach = (make: (tensor: tf.Tensor, name: string) => tf.Tensor): Params =>
      Object.fromEntries(Object.entries(fresh).map(([name, tensor]) => [name, make(tensor, name)]));
    const first = ofEach((tensor) => tf.zerosLike(tensor));
    const second = ofEach((tensor, name) =>
      tf.mul(tf.onesLike(tensor), meanEntry(moments.v[name]!, counted)),
    );
    const source = Int32Array.from({ length: dSae }, (_, latent) => latent);
    latents.forEach((latent, i) => (source[latent] = dSae + i));
    const from = tf.tensor1d(source, 'int32');
    const longest = withRows(params, fresh, from);
    fresh[roles.encoder] = tf.mul(fresh[roles.encoder]!, fairPart(longest, args));
    return {
      params: {
        ...longest,
        [roles.encoder]: withRows({ encoder }, { encoder: fresh[roles.encoder]! }, from)['encoder']!,
      },
      moments: { m: withRows(moments.m, first, from), v: withRows(moments.v, second, from) },
    };
  });
}

/** By what the fresh encoder rows are multiplied so that they do not disturb the reconstruction; at most 1. */
function fairPart(changed: Params, args: ResampleArgs): tf.Tensor {
  const { x, current } = args;
  const before = reconstructionBy(current.params, x, args);
  const lengthOf = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.sqrt(tf.sum(tf.squaredDifference(a, b)));
  const allowed = tf.mul(lengthOf(x, before), LARGEST_CHANGE);
  const change = lengthOf(reconstructionBy(changed, x, args), before);
  return tf.where(tf.greater(change, allowed), tf.divNoNan(allowed, change), 1);
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

/** Mean of the entries of the rows whose entry in `counted` is 1; of a matrix or a vector. */
function meanEntry(tensor: tf.Tensor, counted: tf.Tensor1D): tf.Tensor {
  const rows = counted.shape[0];
  const perRow = tf.mean(tf.reshape(tensor, [rows, -1]), 1);
  return tf.div(tf.sum(tf.mul(perRow, counted)), tf.sum(counted));
}

/** Mean norm of the rows whose entry in `counted` is 1. */
function meanNorm(matrix: tf.Tensor2D, counted: tf.Tensor1D): tf.Tensor {
  const norms = tf.sqrt(tf.sum(tf.square(matrix), 1));
  return tf.div(tf.sum(tf.mul(norms, counted)), tf.sum(counted));
}
