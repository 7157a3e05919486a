import * as tf from '@tensorflow/tfjs';
import { stopIfAsked } from '../stop.ts';

/** Row after row: directions, not necessarily of norm 1. */
interface Directions {
  /** [rows, dIn] */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Above this similarity a true direction counts as found. */
const RECOVERED = 0.9;
/** Rows of either side whose similarities are held at once: 4 MB of them. */
const TILE = 1024;

/**
 * How well a dictionary agrees with the true one. For each true direction, the largest cosine similarity that any row
 * of the decoder has with it; of these
 *
 * - `mmcs` the mean (mean max cosine similarity; Sharkey, Braun and Millidge, "Taking features out of superposition
 *   with sparse autoencoders", 2022)
 * - `recovered` the fraction that is above 0.9
 *
 * Neither the order nor the norms of the rows matter, and several true directions may find the same row. A sign does
 * matter: f ≥ 0, so that a latent cannot stand for the opposite of its row. A row of zeros has similarity 0 with
 * everything. More rows can only come closer, if by chance alone: compare dictionaries of one width.
 *
 * @param truth [G, dIn]
 * @param decoder [F, dIn]
 * @param signal ends the comparison between two tiles
 * @throws SaeLabError `run.stopped`
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

/** Of each direction in the tile at `start`, over all rows of the decoder, a tile of them at a time. */
async function largestSimilarities(
  truth: Directions,
  start: number,
  decoder: Directions,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const directions = unitRows(truth, start);
  const largest = new Float32Array(directions.shape[0]).fill(-1);
  try {
    for (let row = 0; row < decoder.shape[0]!; row += TILE) {
      if (start + row > 0) await stopIfAsked(signal);
      const inTile = tf.tidy(() => tf.max(tf.matMul(directions, unitRows(decoder, row), false, true), 1));
      // Rounding may take a cosine beyond 1.
      (await inTile.data()).forEach((cosine, g) => (largest[g] = Math.max(largest[g]!, Math.min(1, cosine))));
      inTile.dispose();
    }
  } finally {
    directions.dispose();
  }
  return largest;
}

/** The rows from `start` on, a tile of them at most, at norm 1; zeros stay zeros. */
function unitRows({ shape, data }: Directions, start: number): tf.Tensor2D {
  const [rows, dIn] = shape as [number, number];
  const count = Math.min(TILE, rows - start);
  const units = new Float32Array(count * dIn);
  for (let row = 0; row < count; row++) {
    const from = (start + row) * dIn;
    let squared = 0;
    for (let d = 0; d < dIn; d++) squared += data[from + d]! ** 2;
    const scale = squared > 0 ? 1 / Math.sqrt(squared) : 0;
    for (let d = 0; d < dIn; d++) units[row * dIn + d] = data[from + d]! * scale;
  }
  return tf.tensor2d(units, [count, dIn]);
}
