/** Initialisations, and what they are made of. */
import * as tf from '@tensorflow/tfjs';
import { adaptiveOps } from '../codes/adaptive-ops.ts';
import { select, type Selection } from '../codes/selection.ts';
import type { Random } from '../random/seeded.ts';
import type { Hyper, InitArgs } from './contract.ts';
import type { StandardParams } from './standard.ts';
import type { SaeTensor } from '../sae/inference-sae.ts';

/**
 * Rows in independent random directions, each of the given norm.
 *
 * @returns [rows, columns]
 * @example const W_dec = randomDirections(dSae, dIn, 1, random);
 */
export function randomDirections(rows: number, columns: number, norm: number, random: Random): tf.Tensor2D {
  const data = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const direction = Array.from({ length: columns }, () => random.normal());
    const scale = norm / Math.hypot(...direction);
    direction.forEach((value, column) => (data[row * columns + column] = value * scale));
  }
  return tf.tensor2d(data, [rows, columns]);
}

/** Initial norm of the rows of a free decoder; docs/quality.md has the measurements. */
const SMALL_NORM = 0.1;
/** With unit decoder rows, the encoder starts at this fraction of the scale that fits best; measured there too. */
const PART = 0.25;
/** Entries of the code that the scale is measured on, for up to 65,536 latents: 16 MB if dense. */
const MEASURED_ENTRIES = 2 ** 22;

/**
 * Initial parameters for a free decoder: W_dec [dSae, dIn] has rows in random directions of norm 0.1, W_enc [dSae, dIn] has the
 * same rows, b_enc [dSae] is 0 and b_dec [dIn] is the geometric median of the sample. The first reconstruction is close to
 * b_dec. The rows are short, so they turn quickly at first and slow down as they grow.
 *
 * Source: Anthropic, April 2024 (https://transformer-circuits.pub/2024/april-update/index.html#training-saes).
 *
 * @example init: (args) => ({ params: tiedParams(args) })
 */
export function tiedParams(args: InitArgs<Hyper>, norm = SMALL_NORM): StandardParams {
  const { dIn, dSae, random, sample } = args;
  const W_dec = randomDirections(dSae, dIn, norm, random);
  return { W_enc: tf.clone(W_dec), b_enc: tf.zeros([dSae]), W_dec, b_dec: geometricMedian(sample) };
}

/**
 * Initial parameters for a decoder with rows of norm 1: random directions as decoder, the same directions shortened as
 * encoder, a b_enc of 0 and the geometric median of the sample as b_dec. If the encoder's rows had norm 1 too, x̂ would be
 * dSae/(2·dIn) times x with half of the latents on.
 *
 * The encoder's rows start at a fraction of s, the norm at which x̂ fits the sample best. A code without bias is homogeneous
 * in the encoder, so s has a closed form: s = ⟨y, ŷ⟩ / ⟨ŷ, ŷ⟩, where y = x − b_dec and ŷ is its reconstruction by an encoder
 * with rows of norm 1.
 *
 * @param options selection: what `encode` selects, default `select.positive()`. part: the fraction of s, default 0.25; 1 fits
 *   best, a smaller one lets the encoder turn faster at first
 * @returns shaped as by `tiedParams`
 * @example init: (args) => ({ params: fittedParams(args) })
 */
export function fittedParams(
  args: InitArgs<Hyper>,
  { selection = select.positive(), part = PART }: { selection?: Selection; part?: number } = {},
): StandardParams {
  const { dIn, dSae, sample } = args;
  const params = tiedParams(args, 1);
  const directions = params.W_enc;
  const rows = Math.min(sample.shape[0]!, Math.max(64, Math.floor(MEASURED_ENTRIES / dSae)));
  const x = tf.tensor2d(sample.data.subarray(0, rows * dIn), [rows, dIn]);
  const y = tf.sub<tf.Tensor2D>(x, params.b_dec);
  const { code } = adaptiveOps.encode({ x: y, W: directions, select: { code: selection } });
  const reconstruction = adaptiveOps.decode(code, params.W_dec);
  const overlap = tf.sum(tf.mul(y, reconstruction));
  const scale = tf.divNoNan(overlap, tf.sum(tf.square(reconstruction)));
  // Any scale fits a sample without spread.
  const norm = tf.where(tf.greater(scale, 0), tf.mul(scale, part), 1);
  return { ...params, W_enc: tf.mul(directions, norm) };
}

/**
 * Independent values, uniform in ±bound.
 *
 * @example const b_enc = uniformTensor([dSae], 1 / Math.sqrt(dIn), random);
 */
export function uniformTensor<R extends tf.Rank>(
  shape: tf.ShapeMap[R],
  bound: number,
  random: Random,
): tf.Tensor<R> {
  const data = Float32Array.from(
    { length: tf.util.sizeFromShape(shape) },
    () => (2 * random.uniform() - 1) * bound,
  );
  return tf.tensor<R>(data, shape);
}

/**
 * The point with the smallest sum of distances to the rows, found by Weiszfeld's iteration. Unlike the mean, outliers do not
 * pull it away.
 *
 * @param sample [n, d]
 * @returns [d]
 * @example const b_dec = geometricMedian(args.sample);
 */
export function geometricMedian({ shape, data }: SaeTensor, iterations = 100, tolerance = 1e-5): tf.Tensor1D {
  const [rows, columns] = shape as [number, number];
  let median = weightedMean(data, rows, columns, () => 1);
  let previous = Infinity;
  for (let iteration = 0; iteration < iterations; iteration++) {
    let total = 0;
    const center = median;
    median = weightedMean(data, rows, columns, (row) => {
      let squared = 0;
      for (let j = 0; j < columns; j++)
        squared += ((data[row * columns + j] as number) - (center[j] as number)) ** 2;
      const distance = Math.sqrt(squared);
      total += distance;
      return 1 / Math.max(distance, 1e-12);
    });
    if (Math.abs(previous - total) <= tolerance * total) break;
    previous = total;
  }
  return tf.tensor1d(Float32Array.from(median));
}

function weightedMean(
  data: Float32Array,
  rows: number,
  columns: number,
  weightOf: (row: number) => number,
): Float64Array {
  const mean = new Float64Array(columns);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weightOf(row);
    total += weight;
    for (let j = 0; j < columns; j++) (mean[j] as number) += weight * (data[row * columns + j] as number);
  }
  return mean.map((sum) => sum / total);
}
