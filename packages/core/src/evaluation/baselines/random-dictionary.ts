import { trueDirections } from '../../activations/synthetic/true-directions.ts';
import type { InferenceSae } from '../../sae/inference-sae.ts';
import { tiedSae } from './tied-sae.ts';

/**
 * An SAE that learned nothing: decoder rows are random directions, the encoder is their transpose, and the k latents with
 * the largest projection are kept. `scaled` fits the one factor that such a dictionary needs.
 *
 * @param mean mean of the training activations, [dIn]
 */
export function randomDictionary(
  mean: ArrayLike<number>,
  { dSae, k, seed }: { dSae: number; k: number; seed: number },
): InferenceSae {
  const dIn = mean.length;
  const { data: decoder } = trueDirections({ features: dSae, dIn, seed });
  return tiedSae(decoder, mean, { architecture: 'topk', k });
}

/**
 * Scales the decoder so that the reconstruction has the smallest squared error: by ⟨x − b, x̂ − b⟩ / ‖x̂ − b‖² over the
 * rows.
 *
 * @param x activations, and `reconstruction` their reconstructions, both [rows, dIn] in row order
 */
export function scaled(sae: InferenceSae, x: Float32Array, reconstruction: Float32Array): InferenceSae {
  const bias = sae.tensors['b_dec']!.data;
  let [dot, squared] = [0, 0];
  x.forEach((value, i) => {
    const centred = reconstruction[i]! - bias[i % sae.dIn]!;
    dot += (value - bias[i % sae.dIn]!) * centred;
    squared += centred * centred;
  });
  const factor = squared > 0 ? dot / squared : 1;
  const { shape, data } = sae.tensors['W_dec']!;
  return {
    ...sae,
    tensors: { ...sae.tensors, W_dec: { shape, data: data.map((value) => value * factor) } },
  };
}
