import type { InferenceSae, SaeTensor } from '../../sae/inference-sae.ts';

/** A standard SAE whose weights are all 0, to be filled. It subtracts nothing before the encoder. */
export function standardSae(dIn: number, dSae: number): InferenceSae {
  const zeros = (...shape: number[]): SaeTensor => ({
    shape,
    data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
  });
  return {
    architecture: 'standard',
    dIn,
    dSae,
    applyBDecToInput: false,
    tensors: { W_enc: zeros(dIn, dSae), b_enc: zeros(dSae), W_dec: zeros(dSae, dIn), b_dec: zeros(dIn) },
  };
}
