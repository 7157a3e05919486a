/** Initialisations that several papers share. */
import * as tf from '@tensorflow/tfjs';
import type { Random } from '../random/seeded.ts';
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

/** Random directions as decoder, each of the given norm, its transpose as encoder, no biases. */
export function tiedParams(
  { dIn, dSae, random }: { dIn: number; dSae: number; random: Random },
  norm = 1,
): StandardParams {
  const W_dec = randomDirections(dSae, dIn, norm, random);
  return { W_enc: tf.clone(W_dec), b_enc: tf.zeros([dSae]), W_dec, b_dec: tf.zeros([dIn]) };
}

/** Independent values uniform in ±bound. */
export function uniformTensor(shape: number[], bound: number, random: Random): tf.Tensor {
  const data = Float32Array.from(
    { length: tf.util.sizeFromShape(shape) },
    () => (2 * random.uniform() - 1) * bound,
  );
  return tf.tensor(data, shape);
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
