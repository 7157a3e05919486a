import type { Figures } from '@sae-lab/measures';
import type { InferenceSae } from '../../sae/inference-sae.ts';
import { count, emptyHistogram, type Histogram } from '../histogram.ts';
import { largestCosineToAnother } from './largest-cosine.ts';

/** A decoder row with a larger cosine to another one is counted as close to it, or as its duplicate. */
const CLOSE = 0.7;
const DUPLICATE = 0.9;

/**
 * - `decoder_norm`: mean ‖W_dec,i‖
 * - `decoder_max_cosine`: mean over the rows of the largest cosine to another row
 * - `decoder_max_cosine_07`, `decoder_max_cosine_09`: share of rows with one above 0.7 or 0.9
 * - `encoder_decoder_cosine`: mean cosine between a latent's encoder column and its decoder row
 *
 * Zero rows have no direction, so only the norm includes them. Figures without any row are NaN.
 *
 * @throws {SaeLabError} `run.stopped`
 */
export async function figuresOfDictionary(
  sae: InferenceSae,
  signal?: AbortSignal,
): Promise<{ figures: Figures; histograms: Record<string, Histogram> }> {
  const { dIn, dSae } = sae;
  const decoder = sae.tensors['W_dec']!.data;
  const norms = rowNormsOf(decoder, dIn);
  const largest = await largestCosineToAnother(decoder, dIn, signal);
  const aligned = encoderDecoderCosines(sae);
  const present = largest.filter((cosine) => !Number.isNaN(cosine));
  const share = (above: number): number =>
    present.length === 0 ? Number.NaN : present.filter((cosine) => cosine > above).length / present.length;
  return {
    figures: {
      decoder_norm: norms.reduce((sum, norm) => sum + norm, 0) / dSae,
      decoder_max_cosine: meanOf(present),
      decoder_max_cosine_07: share(CLOSE),
      decoder_max_cosine_09: share(DUPLICATE),
      encoder_decoder_cosine: meanOf(aligned.filter((cosine) => !Number.isNaN(cosine))),
    },
    histograms: {
      decoder_norms: histogramOf(norms, 0, norms.reduce((a, b) => Math.max(a, b), 0) || 1),
      decoder_max_cosines: histogramOf(present, -1, 1),
      encoder_decoder_cosines: histogramOf(aligned, -1, 1),
    },
  };
}

function rowNormsOf(matrix: Float32Array, columns: number): Float64Array {
  return Float64Array.from({ length: matrix.length / columns }, (_, row) => {
    let squared = 0;
    for (let d = 0; d < columns; d++) squared += matrix[row * columns + d]! ** 2;
    return Math.sqrt(squared);
  });
}

/** [dSae]; NaN for a latent with a zero column or row. */
function encoderDecoderCosines({ dIn, dSae, tensors }: InferenceSae): Float64Array {
  const encoder = tensors['W_enc']!.data;
  const decoder = tensors['W_dec']!.data;
  return Float64Array.from({ length: dSae }, (_, latent) => {
    let [ee, dd, ed] = [0, 0, 0];
    for (let d = 0; d < dIn; d++) {
      const e = encoder[d * dSae + latent]!;
      const w = decoder[latent * dIn + d]!;
      ee += e * e;
      dd += w * w;
      ed += e * w;
    }
    return ed / Math.sqrt(ee * dd);
  });
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function histogramOf(values: Float64Array, low: number, high: number): Histogram {
  const histogram = emptyHistogram(low, high, 40);
  for (const value of values) count(histogram, value);
  return histogram;
}
