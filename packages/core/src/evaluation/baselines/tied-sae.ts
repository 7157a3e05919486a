import type { InferenceSae } from '../../sae/inference-sae.ts';

/**
 * An SAE whose encoder is the transpose of its decoder, around a mean.
 *
 * @param decoder [dSae, dIn] in row order
 * @param mean [dIn]
 */
export function tiedSae(
  decoder: Float32Array,
  mean: ArrayLike<number>,
  kind: Pick<InferenceSae, 'architecture' | 'k'>,
): InferenceSae {
  const dIn = mean.length;
  const dSae = decoder.length / dIn;
  const encoder = new Float32Array(decoder.length);
  for (let latent = 0; latent < dSae; latent++) {
    for (let d = 0; d < dIn; d++) encoder[d * dSae + latent] = decoder[latent * dIn + d]!;
  }
  return {
    ...kind,
    dIn,
    dSae,
    applyBDecToInput: true,
    tensors: {
      W_enc: { shape: [dIn, dSae], data: encoder },
      b_enc: { shape: [dSae], data: new Float32Array(dSae) },
      W_dec: { shape: [dSae, dIn], data: decoder },
      b_dec: { shape: [dIn], data: Float32Array.from(mean) },
    },
  };
}
