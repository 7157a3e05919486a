import { throwDeviceFault } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import type { LoadedSae } from '../../sae/loaded-sae.ts';

/** Maximum number of entries of the code matrix of a slice: 16 MB. */
const CODES = 2 ** 22;

/**
 * Which of some latents fire.
 *
 * @param x activations, [B, dIn] in row order
 * @param latents [G]
 * @returns [B, G], 1 where the latent fires
 */
export async function activeAmong(sae: LoadedSae, x: Float32Array, latents: Int32Array): Promise<Uint8Array> {
  const { dIn, dSae } = sae.sae;
  const rows = x.length / dIn;
  const slice = Math.max(1, Math.floor(CODES / dSae));
  const fires = new Uint8Array(rows * latents.length);
  for (let start = 0; start < rows; start += slice) {
    const part = x.subarray(start * dIn, (start + slice) * dIn);
    const chosen = tf.tidy(() => {
      const f = sae.encode(tf.tensor2d(part, [part.length / dIn, dIn]));
      return tf.gather(f, tf.tensor1d(latents, 'int32'), 1);
    });
    const values = await chosen.data();
    throwDeviceFault();
    chosen.dispose();
    values.forEach((value, i) => (fires[start * latents.length + i] = value === 0 ? 0 : 1));
  }
  return fires;
}
