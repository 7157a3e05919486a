import { densePasses } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { withGradient } from '../codes/with-gradient.ts';

/** Keeps the derivative finite for a row of zeros. */
const TINY = 1e-30;

/**
 * Euclidean norm of each row.
 *
 * @param matrix [rows, columns]
 * @returns [rows]
 * @example code.sum(rowNorms(W_dec)) // Σ_i f_i·‖W_dec,i‖
 */
export function rowNorms(matrix: tf.Tensor2D): tf.Tensor1D {
  const passes = densePasses();
  return withGradient(
    [matrix],
    () => {
      const squares = passes?.rowSquareSums(matrix) ?? tf.sum<tf.Tensor1D>(tf.square(matrix), 1);
      const norms = tf.sqrt<tf.Tensor1D>(tf.add(squares, TINY));
      return { value: norms, saved: [matrix, norms] };
    },
    (dy, [rows, norms]) => {
      const factors = tf.div<tf.Tensor1D>(dy, norms);
      return [passes?.scaleRows(rows, factors) ?? tf.mul(rows, factors.expandDims(1))];
    },
  );
}
