import * as tf from '@tensorflow/tfjs';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { CPU_BACKEND } from '../backend-name.ts';
import { SELECT_TOP_K } from './select-top-k-kernel.ts';

/**
 * Keeps the k largest positive values of each row and sets the others to 0. Ties go to the lowest index. A row with fewer
 * than k positive values keeps all of them. NaN is kept, so that a diverged run is noticed. It has no gradient: call it
 * inside `tf.customGrad`.
 *
 * @param z [B, F], float32, on any backend
 * @param k values kept per row, at least 0; with k ≥ F all positive values are kept
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

/** Largest index that tfjs's shaders can represent: they keep indices in float32. */
const WEBGPU_COLUMNS = 2 ** 24;

/** `selectTopK` by operations that every tfjs backend supports. */
export function selectTopKByScatter(z: tf.Tensor2D, k: number): tf.Tensor2D {
  const [rows, columns] = z.shape;
  if (columns > WEBGPU_COLUMNS && tf.getBackend() === 'webgpu') {
    throw new SaeLabError('kernels.top-k', {
      problem: 'WebGPU cannot choose from this many values',
      field: 'z',
      expected: `at most ${WEBGPU_COLUMNS}: dSae, or for a choice over the batch, batch size × dSae`,
      received: String(columns),
      fix: 'Lower the batch size or choose another --device.',
    });
  }
  const kept = Math.min(k, columns);
  return tf.tidy(() => {
    if (z.size === 0 || kept === 0) return tf.zerosLike(z);
    if (kept === columns) return z.relu();
    const { values, indices } = tf.topk(z, kept, true);
    const row = tf.range(0, rows, 1, 'int32').expandDims(1).tile([1, kept]);
    const indicesOf = tf.stack([row.flatten(), indices.flatten()], 1);
    const selected = tf.scatterND<tf.Rank.R2>(indicesOf, values.relu().flatten(), [rows, columns]);
    return tf.where(z.isNaN(), z, selected);
  });
}

function check(z: tf.Tensor2D, k: number): void {
  const fix = 'Pass pre-activations as [batch, latents] and the number of latents to keep per row.';
  if (z.shape.length !== 2 || z.dtype !== 'float32') {
    throw new SaeLabError('kernels.top-k', {
      problem: 'must be a matrix of pre-activations',
      field: 'z',
      expected: 'a float32 tensor of rank 2',
      received: `${z.dtype} of shape [${z.shape.join(', ')}]`,
      fix,
    });
  }
  if (!Number.isInteger(k) || k < 0) {
    throw new SaeLabError('kernels.top-k', {
      problem: 'must be a non-negative integer',
      field: 'k',
      expected: 'an integer of at least 0',
      received: describeValue(k),
      fix,
    });
  }
}
