import * as tf from '@tensorflow/tfjs';
import type { InferenceSae } from './inference-sae.ts';
import { LoadedSae } from './loaded-sae.ts';

export interface ComputedRows {
  /** [rows, dSae] */
  readonly codes: Float32Array;
  /** [rows, dIn] */
  readonly reconstructions: Float32Array;
}

/**
 * Encodes and decodes a few rows on tfjs's current backend.
 *
 * @param x [rows, dIn]
 */
export async function computeRows(sae: InferenceSae, x: Float32Array): Promise<ComputedRows> {
  const loaded = new LoadedSae(sae);
  const input = tf.tensor2d(x, [x.length / sae.dIn, sae.dIn]);
  const code = loaded.encode(input);
  const reconstruction = loaded.decode(code);
  try {
    const [codes, reconstructions] = await Promise.all([code.data(), reconstruction.data()]);
    return { codes: Float32Array.from(codes), reconstructions: Float32Array.from(reconstructions) };
  } finally {
    tf.dispose([input, code, reconstruction]);
    loaded.dispose();
  }
}
