/** Initialisations that several papers share. */
import * as tf from '@tensorflow/tfjs';
import { adaptiveOps } from '../codes/adaptive-ops.ts';
import { select, type Selection } from '../codes/selection.ts';
import type { Random } from '../random/seeded.ts';
import type { Hyper, InitArgs } from './contract.ts';
import type { StandardParams } from './standard.ts';
import type { SaeTensor } from '../sae/inference-sae.ts';

/** Rows of independent random directions, each of the given norm. */
export function randomDirections(rows: number, columns: number, norm: number, random: Random): tf.Tensor2D {
  const data = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const direction = Array.from({ length: columns }, () => random.normal());
    const scale = norm / Math.hypot(...direction);
    direction.forEach((value, column) => (data[row * columns + column] = value * scale));
  }
  return tf.tensor2d(data, [rows, columns]);
}

/** Rows of a decoder without constraint start this long; see docs/decisions/001-starts.md for what was measured. */
const SMALL_NORM = 0.1;
/** Next to unit decoder rows the encoder starts at this part of the scale that fits best; measured there too. */
const PART = 0.25;
/** Entries of the code that the scale is measured on, up to 65,536 latents: 16 MB where it is dense. */
const MEASURED_ENTRIES = 2 ** 22;

/**
 * The start of a variant whose decoder is free: W_dec [dSae, dIn] has random directions of norm 0.1, W_enc [dSae, dIn] the
 * same rows, b_enc [dSae] is 0 and b_dec [dIn] the geometric median of the sample. The first reconstruction is close to
 * b_dec. Encoder and decoder rows are short, so both turn quickly at first and slow down as they grow.
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
 * The start of a variant whose decoder rows have norm 1: random directions as decoder, the same directions shortened as
 * encoder, no bias, the geometric median of the sample as b_dec. With an encoder of norm 1, too, x̂ would be
 * dSae/(2·dIn) times x where half of the latents are on.
 *
 * The encoder's rows have a part of the norm s at which x̂ fits the sample best. A code without bias is homogeneous in the
 * encoder, so s has a closed form: with y = x − b_dec and ŷ the reconstruction of y by an encoder of unit rows,
 * s = ⟨y, ŷ⟩ / ⟨ŷ, ŷ⟩.
 *
 * @param options selection: which pre-activations stay on at the start. part: of s; 1 for the best fit, less for an encoder
 *   that turns faster at first
 * @returns shapes as of `tiedParams`
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
  // A sample without spread is fitted by any scale.
  const norm = tf.where(tf.greater(scale, 0), tf.mul(scale, part), 1);
  return { ...params, W_enc: tf.mul(directions, norm) };
}

/** Independent values uniform in ±bound. */
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
 * The point with the least sum of distances to the rows, by Weiszfeld's iteration: a bias that outliers
 * do not pull away.
 *
 * @param sample [n, d]
 * @returns [d]
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
