import * as tf from '@tensorflow/tfjs';

/** Rows of either matrix that are compared at once; their cosines take 4 MB. */
export const TILE = 1024;

/** The rows of the tile at `start`, rescaled to norm 1. Zero rows stay zero. */
export function unitRows(matrix: Float32Array, columns: number, start: number): tf.Tensor2D {
  const rows = Math.min(TILE, matrix.length / columns - start);
  const units = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const from = (start + row) * columns;
    let squared = 0;
    for (let d = 0; d < columns; d++) squared += matrix[from + d]! ** 2;
    const scale = squared > 0 ? 1 / Math.sqrt(squared) : 0;
    for (let d = 0; d < columns; d++) units[row * columns + d] = matrix[from + d]! * scale;
  }
  return tf.tensor2d(units, [rows, columns]);
}
