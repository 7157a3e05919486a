import * as tf from '@tensorflow/tfjs';
import { stopIfAsked } from '../../stop.ts';
import { TILE, unitRows } from '../unit-rows.ts';

/**
 * The largest cosine of each row of a matrix to another row. Its sign counts: opposite rows have −1.
 *
 * @param matrix [rows, columns]
 * @param signal stops between two tiles
 * @returns [rows]; NaN for zero rows, and if there is no other row
 * @throws {SaeLabError} `run.stopped`
 */
export async function largestCosineToAnother(
  matrix: Float32Array,
  columns: number,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const rows = matrix.length / columns;
  const largest = new Float64Array(rows).fill(Number.NaN);
  const isZero = Uint8Array.from({ length: rows }, (_, row) =>
    matrix.subarray(row * columns, (row + 1) * columns).every((value) => value === 0) ? 1 : 0,
  );
  for (let start = 0; start < rows; start += TILE) {
    const here = unitRows(matrix, columns, start);
    try {
      for (let other = 0; other < rows; other += TILE) {
        await stopIfAsked(signal);
        const best = tf.tidy(() => {
          const there = other === start ? here : unitRows(matrix, columns, other);
          const cosines = tf.matMul(here, there, false, true);
          // Below any cosine: a row is not compared with itself, nor any row with a zero one.
          const without = tf.mul(tf.tensor1d(isZero.slice(other, other + there.shape[0]), 'float32'), -3);
          const masked = tf.add(cosines, without);
          return tf.max(other === start ? tf.sub(masked, tf.mul(tf.eye(here.shape[0]), 3)) : masked, 1);
        });
        const values = await best.data();
        best.dispose();
        values.forEach((cosine, i) => {
          const row = start + i;
          if (isZero[row] === 1 || cosine < -1.5) return;
          // Rounding may take a cosine beyond 1.
          const bounded = Math.min(1, Math.max(-1, cosine));
          if (!(largest[row]! >= bounded)) largest[row] = bounded;
        });
      }
    } finally {
      here.dispose();
    }
  }
  return largest;
}
