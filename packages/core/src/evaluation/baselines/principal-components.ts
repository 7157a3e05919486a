import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { InferenceSae } from '../../sae/inference-sae.ts';
import { stopIfAsked } from '../../stop.ts';
import { tiedSae } from './tied-sae.ts';

/** Mean and principal directions of activations. */
export interface PrincipalComponents {
  /** [dIn] */
  readonly mean: Float64Array;
  /** Directions of norm 1, by falling variance, [dIn, dIn] as rows. */
  readonly directions: Float64Array;
}

/**
 * Computes principal components in float64. Needs memory for a few [dIn, dIn] matrices and time for O(dIn³) operations,
 * however many rows there are.
 *
 * @param batches activations, [rows, dIn] in row order
 * @param signal stops between two batches
 * @throws {SaeLabError} `run.stopped`
 */
export async function principalComponents(
  batches: AsyncIterable<{ activations: Float32Array }>,
  dIn: number,
  signal?: AbortSignal,
): Promise<PrincipalComponents> {
  const sum = new Float64Array(dIn);
  const products = new Float64Array(dIn * dIn);
  const row = new Float64Array(dIn);
  // Shifted by the first row: activations far from the origin would cancel in the difference of products below.
  let origin: Float64Array | undefined;
  let rows = 0;
  for await (const { activations } of batches) {
    await stopIfAsked(signal);
    origin ??= Float64Array.from(activations.subarray(0, dIn));
    for (let start = 0; start < activations.length; start += dIn) {
      for (let i = 0; i < dIn; i++) {
        row[i] = activations[start + i]! - origin[i]!;
        sum[i]! += row[i]!;
      }
      for (let i = 0; i < dIn; i++) {
        const value = row[i]!;
        if (value === 0) continue;
        for (let j = 0; j <= i; j++) products[i * dIn + j]! += value * row[j]!;
      }
      rows++;
    }
  }
  const mean = sum.map((total) => total / rows);
  const covariance = new Matrix(dIn, dIn);
  for (let i = 0; i < dIn; i++) {
    for (let j = 0; j <= i; j++) {
      const value = products[i * dIn + j]! / rows - mean[i]! * mean[j]!;
      covariance.set(i, j, value);
      covariance.set(j, i, value);
    }
  }
  const { eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const directions = new Float64Array(dIn * dIn);
  // Eigenvalues ascend.
  for (let component = 0; component < dIn; component++) {
    for (let i = 0; i < dIn; i++) {
      directions[component * dIn + i] = eigenvectorMatrix.get(i, dIn - 1 - component);
    }
  }
  return { mean: mean.map((value, i) => value + origin![i]!), directions };
}

/**
 * The projection onto the first k principal components as an SAE: each component is a pair of latents, one for each sign,
 * of which one is active. Its L0 is k, and no other projection of this rank reconstructs the activations better.
 */
export function principalComponentsSae({ mean, directions }: PrincipalComponents, k: number): InferenceSae {
  const dIn = mean.length;
  const dSae = 2 * k;
  const decoder = new Float32Array(dSae * dIn);
  for (let component = 0; component < k; component++) {
    for (let i = 0; i < dIn; i++) {
      const value = directions[component * dIn + i]!;
      decoder[component * dIn + i] = value;
      decoder[(k + component) * dIn + i] = -value;
    }
  }
  return tiedSae(decoder, mean, { architecture: 'standard' });
}
