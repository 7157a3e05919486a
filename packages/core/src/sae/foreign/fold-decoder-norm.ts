import type { SaeTensor } from '../inference-sae.ts';

type Folded = Record<'W_enc' | 'b_enc' | 'W_dec', SaeTensor>;

/** Norms of the decoder rows, [dSae]. */
export function decoderNorms({ shape, data }: SaeTensor): Float32Array {
  const [rows, columns] = shape as [number, number];
  return Float32Array.from({ length: rows }, (_, row) =>
    Math.sqrt(
      data.subarray(row * columns, (row + 1) * columns).reduce((sum, value) => sum + value * value, 0),
    ),
  );
}

/**
 * Multiplies pre-activations by the norms of the decoder rows and divides the rows by them. The reconstruction stays the
 * same where the activation function is positively homogeneous. A latent with a zero row gets the activation 0.
 *
 * @param tensors W_enc [dIn, dSae], b_enc [dSae], W_dec [dSae, dIn]
 */
export function foldDecoderNorm({ W_enc, b_enc, W_dec }: Folded): Folded {
  const norms = decoderNorms(W_dec);
  const dSae = norms.length;
  const dIn = W_dec.shape[1]!;
  const mapped = (
    { shape, data }: SaeTensor,
    change: (value: number, index: number) => number,
  ): SaeTensor => ({
    shape,
    data: data.map(change),
  });
  return {
    W_enc: mapped(W_enc, (value, index) => value * norms[index % dSae]!),
    b_enc: mapped(b_enc, (value, latent) => value * norms[latent]!),
    W_dec: mapped(W_dec, (value, index) => value / (norms[Math.floor(index / dIn)]! || 1)),
  };
}
