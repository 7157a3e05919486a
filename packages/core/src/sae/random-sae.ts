import { seeded } from '../random/seeded.ts';
import type { InferenceSae } from './inference-sae.ts';

/** For tests: a random SAE. A bias below 0 makes its latents fire rarely. */
export function randomSae(
  dSae: number,
  seed: number,
  {
    architecture = 'standard',
    bias = -12,
    dIn = 128,
  }: { architecture?: InferenceSae['architecture']; bias?: number; dIn?: number } = {},
): InferenceSae {
  const random = seeded(seed, 'sae');
  const normal = (...shape: number[]): { shape: number[]; data: Float32Array } => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
  });
  const constant = (value: number): { shape: number[]; data: Float32Array } => ({
    shape: [dSae],
    data: new Float32Array(dSae).fill(value),
  });
  const vectors = {
    standard: { b_enc: constant(bias) },
    topk: { b_enc: constant(bias) },
    jumprelu: { b_enc: constant(bias), threshold: normal(dSae) },
    gated: { b_gate: constant(bias), b_mag: constant(bias / 2), r_mag: normal(dSae) },
  }[architecture];
  return {
    architecture,
    dIn,
    dSae,
    applyBDecToInput: true,
    tensors: { W_enc: normal(dIn, dSae), W_dec: normal(dSae, dIn), b_dec: normal(dIn), ...vectors },
    ...(architecture === 'topk' && { k: 6 }),
  };
}
