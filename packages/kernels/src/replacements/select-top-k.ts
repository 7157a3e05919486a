import * as tf from '@tensorflow/tfjs';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { CPU_BACKEND } from '../backend-name.ts';
import { SELECT_TOP_K } from './select-top-k-kernel.ts';

/**
 * z where it is positive and among the k largest of its row, else 0. Of equal values the lowest indices win;
 * a row with fewer than k positive values keeps those. Not-a-number stays, so that a diverged run shows.
 * It has no gradient of its own: call it inside `tf.customGrad`.
 *
 * @param z [B, F], float32, on any backend
 * @param k values kept per row, 0 or more; from F on it keeps all that are positive
 * @returns [B, F]
 * @throws {SaeLabError} `kernels.top-k`
 */
export function selectTopK(z: tf.Tensor2D, k: number): tf.Tensor2D {
  check(z, k);
  if (tf.getBackend() === CPU_BACKEND && tf.getKernel(SELECT_TOP_K, CPU_BACKEND) !== undefined) {
    return tf.engine().runKernel(SELECT_TOP_K, { z }, { k: Math.min(k, z.shape[1]) });
  }
  return selectTopKByScatter(z, k);
}

/** Above it the whole numbers of a float32 are no longer all there, and tfjs's shaders have indices in such. */
const WEBGPU_COLUMNS = 2 ** 24;

/** The same by operations that every tfjs backend has. */
export function selectTopKByScatter(z: tf.Tensor2D, k: number): tf.Tensor2D {
  const [rows, columns] = z.shape;
  if (columns > WEBGPU_COLUMNS && tf.getBackend() === 'webgpu') {
    throw new SaeLabError('kernels.top-k', {
      problem: 'too many values to choose from at once on WebGPU',
      field: 'z',
      expected: `at most ${WEBGPU_COLUMNS}: the width, or for a choice over the batch the batch size times the width`,
      received: String(columns),
      fix: 'Lower the batch size, or use another --device.',
    });
  }
  const kept = Math.min(k, columns);
  return tf.tidy(() => {
    if (z.size === 0 || kept === 0) return tf.zerosLike(z);
    if (kept === columns) return z.relu();
    const { values, indices } = tf.topk(z, kept, true);
    const row = tf.range(0, rows, 1, 'int32').expandDims(1).tile([1, kept]);
    const places = tf.stack([row.flatten(), indices.flatten()], 1);
    const selected = tf.scatterND<tf.Rank.R2>(places, values.relu().flatten(), [rows, columns]);
    return tf.where(z.isNaN(), z, selected);
  });
}

function check(z: tf.Tensor2D, k: number): void {
  const at = { fix: 'Pass pre-activations as [batch, latents] and the number of latents to keep per row.' };
  if (z.shape.length !== 2 || z.dtype !== 'float32') {
    throw new SaeLabError('kernels.top-k', {
      problem: 'not a matrix of pre-activations',
      field: 'z',
      expected: 'a float32 tensor of rank 2',
      received: `${z.dtype} of shape [${z.shape.join(', ')}]`,
      ...at,
    });
  }
  if (!Number.isInteger(k) || k < 0) {
    throw new SaeLabError('kernels.top-k', {
      problem: 'not a number of values to keep',
      field: 'k',
      expected: 'a whole number of at least 0',
      received: describeValue(k),
      ...at,
    });
  }
}
