/**
 * Resampling of dead latents: reinitialises latents that no longer fire to the directions of poorly reconstructed inputs.
 *
 * Source: Bricken et al. 2023, "Neuron Resampling" (https://transformer-circuits.pub/2023/monosemantic-features).
 */
import * as tf from '@tensorflow/tfjs';
import type { CodeOps } from '../codes/code.ts';
import type { Random } from '../random/seeded.ts';
import type { Context, Encoded, Hyper, Params, Roles, Variant } from '../variant/contract.ts';
import type { Moments } from './adam.ts';
import { unitRows } from './decoder-norm.ts';
import type { TrainerState } from './trainer-state.ts';

/** Maximum norm of a fresh encoder row, as a fraction of the mean norm of the alive ones. */
const ENCODER_NORM = 0.2;
/** All fresh latents together change the reconstruction of the batch by at most this fraction of its error. */
const LARGEST_CHANGE = 0.1;

export interface ResampleArgs {
  variant: Variant;
  hyper: Hyper;
  ops: CodeOps;
  totalSteps: number;
  /** The state after the step. */
  current: Pick<TrainerState, 'step' | 'params' | 'moments' | 'state'>;
  /** Indices of the dead latents, ascending. */
  dead: readonly number[];
  /** The step's batch, [B, dIn]. */
  x: tf.Tensor2D;
  /** Inputs are drawn from this many first rows of x; undefined for all. */
  rows: number | undefined;
  random: Random;
}

export interface Resampled {
  /** The reinitialised latents: the first dead ones if there are fewer usable inputs than dead latents. */
  latents: readonly number[];
  /** New tensors. The arguments are not changed or disposed. */
  params: Params;
  moments: Moments;
}

/**
 * Reinitialises dead latents to the directions of inputs. Inputs are drawn without replacement, with probability
 * proportional to the square of their loss ‖x − x̂‖². If x is the input drawn for a latent, the latent's
 *
 * - decoder row is x/‖x‖, times the mean norm of the alive latents' rows if the decoder is free;
 * - encoder row is x/‖x‖ times 0.2 of the mean norm of the alive latents' rows, or less if many latents are
 *   reinitialised: each fires on about half of the inputs, and together they may change x̂ by at most a tenth of
 *   ‖x − x̂‖ over the batch;
 * - other parameters start at the values in the variant's roles;
 * - first moments are 0, and second moments are the mean of the alive latents'. Late in a run Adam's bias correction no
 *   longer compensates for a second moment of 0: the first step would be 1/√(1 − β₂) times too long.
 *
 * If all latents are dead, the means are over all latents. The variant's state does not change.
 *
 * @returns undefined if no latent is dead, or no input has both a direction and a loss
 */
export async function resampleDead(args: ResampleArgs): Promise<Resampled | undefined> {
  const { dead, random } = args;
  if (dead.length === 0) return undefined;
  const rows = drawDistinct(await squaredLosses(args), dead.length, random);
  if (rows.length === 0) return undefined;
  const latents = dead.slice(0, rows.length);
  return { latents, ...reinitialise(args, latents, rows) };
}

/**
 * Draws up to `count` distinct indices, each with probability proportional to its weight among those not drawn yet. An
 * index whose weight is 0, NaN or infinite is never drawn.
 */
export function drawDistinct(weights: ArrayLike<number>, count: number, random: Random): number[] {
  // Exponential clocks with these rates ring in an order of exactly this distribution.
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

/** ‖x − x̂‖⁴ of each row that can be drawn; 0 for a zero row, which has no direction. */
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
  // No latent counts as dead: an auxiliary code of dead latents is not part of the reconstruction.
  const dead = { count: 0, mask: tf.zeros<tf.Rank.R1>([dSae]) };
  const context: Context = { ops, mode: 'train', step, totalSteps, dead, state };
  const encoded: Encoded = variant.encode(params, x, hyper, context);
  return variant.decode(params, encoded, hyper, ops);
}

function reinitialise(
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

/** Factor for the fresh encoder rows, at most 1, that keeps them from disturbing the reconstruction. */
function fairPart(changed: Params, args: ResampleArgs): tf.Tensor {
  const { x, current } = args;
  const before = reconstructionBy(current.params, x, args);
  const lengthOf = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.sqrt(tf.sum(tf.squaredDifference(a, b)));
  const allowed = tf.mul(lengthOf(x, before), LARGEST_CHANGE);
  const change = lengthOf(reconstructionBy(changed, x, args), before);
  return tf.where(tf.greater(change, allowed), tf.divNoNan(allowed, change), 1);
}

/**
 * Copies tensors with some rows replaced. Other rows keep their bits.
 *
 * @param rows appended to the tensor of the same name; a tensor without any is copied whole
 * @param from for each row of the result, the row of the longer tensor it is copied from, [dSae]
 */
function withRows(tensors: Params, rows: Params, from: tf.Tensor1D): Params {
  const copied = Object.entries(tensors).map(([name, tensor]) => {
    const others = rows[name];
    if (others === undefined) return [name, tf.clone(tensor)] as const;
    return [name, tf.gather(tf.concat([tensor, others], 0), from)] as const;
  });
  return Object.fromEntries(copied);
}

/** 1 for each alive latent, or for all latents if none is alive, [dSae]. */
function countedRows(dSae: number, dead: readonly number[]): tf.Tensor1D {
  const counted = new Float32Array(dSae).fill(1);
  if (dead.length < dSae) for (const latent of dead) counted[latent] = 0;
  return tf.tensor1d(counted);
}

/** Mean of all entries in the rows whose entry in `counted` is 1. Takes a matrix or a vector. */
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
