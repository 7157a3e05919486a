import { throwDeviceFault } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { activationsNotFinite } from '../activations/unusable-activations.ts';
import type { LoadedSae } from '../sae/loaded-sae.ts';
import type { Histogram } from './histogram.ts';
import { ReconstructionFigures } from './reconstruction-figures.ts';
import { SparsityFigures } from './sparsity-figures.ts';
import { stopIfAsked } from '../stop.ts';

export interface Evaluation {
  /** NaN: the figure is undefined on these activations. */
  figures: Record<string, number>;
  /** E‖x − x̂‖² / E‖x‖². */
  relativeError: number;
  histograms: Record<string, Histogram>;
  /** Fraction of tokens on which each latent fired, [dSae]. */
  density: Float64Array;
}

/**
 * Evaluates an SAE on unscaled activations.
 *
 * @param batches activations, [B, dIn] in row order
 * @param signal stops the evaluation between two batches
 * @throws {SaeLabError} `activations.not-finite`, `run.stopped`
 */
export async function evaluate(
  sae: LoadedSae,
  batches: AsyncIterable<{ activations: Float32Array }>,
  signal?: AbortSignal,
): Promise<Evaluation> {
  const { dIn, dSae } = sae.sae;
  const reconstruction = new ReconstructionFigures(dIn);
  const sparsity = new SparsityFigures(dSae);
  let evaluated = 0;
  for await (const { activations } of batches) {
    if (evaluated > 0) await stopIfAsked(signal);
    evaluated += activations.length;
    const { code, decoded } = await reconstruct(sae, activations);
    sparsity.add(code);
    reconstruction.add(activations, decoded);
    if (!reconstruction.inputIsFinite) throw activationsNotFinite('evaluation');
  }
  return {
    figures: { ...sparsity.result(), ...reconstruction.result() },
    relativeError: reconstruction.relativeError,
    histograms: sparsity.histograms(),
    density: sparsity.density(),
  };
}

/** Encodes and decodes a batch: activations [B, dIn] to the code [B, dSae] and the reconstruction [B, dIn]. */
export async function reconstruct(
  sae: LoadedSae,
  activations: Float32Array,
): Promise<{ code: ArrayLike<number>; decoded: ArrayLike<number> }> {
  const { dIn } = sae.sae;
  const [f, x] = tf.tidy(() => {
    const encoded = sae.encode(tf.tensor2d(activations, [activations.length / dIn, dIn]));
    return [encoded, sae.decode(encoded)] as const;
  });
  try {
    const [code, decoded] = [await f.data(), await x.data()];
    throwDeviceFault();
    return { code, decoded };
  } finally {
    tf.dispose([f, x]);
  }
}
