import type { SparseEncoder } from '../../sae/sparse-encoder.ts';

/** Maximum number of entries of a code matrix, should the code be dense: 64 MB. */
const CODE_ENTRIES = 2 ** 24;

/**
 * Encodes and decodes activations in parts that bound the memory.
 *
 * @param x [rows, dIn]
 * @param into takes the reconstructions, [rows, dIn]
 */
export async function reconstruct(sae: SparseEncoder, x: Float32Array, into: Float32Array): Promise<void> {
  const { dIn, dSae } = sae.sae;
  const step = Math.max(1, Math.floor(CODE_ENTRIES / dSae)) * dIn;
  for (let start = 0; start < x.length; start += step) {
    const part = x.subarray(start, start + step);
    into.set(await sae.reconstruct(part, part.length / dIn), start);
  }
}
