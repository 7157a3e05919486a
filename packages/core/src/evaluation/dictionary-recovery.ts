import * as tf from '@tensorflow/tfjs';
import { stopIfAsked } from '../stop.ts';
import { TILE, unitRows } from './unit-rows.ts';

/** Directions as rows, not necessarily of norm 1. */
interface Directions {
  /** [rows, dIn] */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A true direction counts as found above this similarity. */
const RECOVERED = 0.9;
/**
 * How well a dictionary recovers the true one. Takes, for each true direction, its largest cosine similarity with any row
 * of the decoder:
 *
 * - `mmcs` is their mean, the mean max cosine similarity
 * - `recovered` is the fraction above 0.9
 *
 * The order and the norms of the rows do not matter, and several true directions may match the same row. The sign does
 * matter: f ≥ 0, so a latent cannot represent the opposite of its row. A zero row has similarity 0 with everything. More
 * rows can only raise both figures, if only by chance, so compare dictionaries of equal width.
 *
 * Source: Sharkey, Braun and Millidge, "Taking features out of superposition with sparse autoencoders", 2022.
 *
 * @param truth [G, dIn]
 * @param decoder [F, dIn]
 * @param signal stops the comparison between two tiles
 * @throws {SaeLabError} `run.stopped`
 */
export async function dictionaryRecovery(
  truth: Directions,
  decoder: Directions,
  signal?: AbortSignal,
): Promise<{ mmcs: number; recovered: number }> {
  const features = truth.shape[0]!;
  let sum = 0;
  let recovered = 0;
  for (let start = 0; start < features; start += TILE) {
    for (const similarity of await largestSimilarities(truth, start, decoder, signal)) {
      sum += similarity;
      if (similarity > RECOVERED) recovered++;
    }
  }
  return { mmcs: sum / features, recovered: recovered / features };
}

/** The largest similarity of each direction in the tile at `start` with any row of the decoder. */
async function largestSimilarities(
  truth: Directions,
  start: number,
  decoder: Directions,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const directions = unitRows(truth.data, truth.shape[1]!, start);
  const largest = new Float32Array(directions.shape[0]).fill(-1);
  try {
    for (let row = 0; row < decoder.shape[0]!; row += TILE) {
      if (start + row > 0) await stopIfAsked(signal);
      const inTile = tf.tidy(() =>
        tf.max(tf.matMul(directions, unitRows(decoder.data, decoder.shape[1]!, row), false, true), 1),
      );
      // Rounding may take a cosine beyond 1.
      (await inTile.data()).forEach((cosine, g) => (largest[g] = Math.max(largest[g]!, Math.min(1, cosine))));
      inTile.dispose();
    }
  } finally {
    directions.dispose();
  }
  return largest;
}
