import type { LoadedSae } from '../../sae/loaded-sae.ts';
import { encodedSlices } from '../encoded-slices.ts';

/**
 * Which of some latents fire.
 *
 * @param x activations, [B, dIn] in row order
 * @param latents [G]
 * @returns [B, G], 1 where the latent fires
 * @throws {SaeLabError} `run.stopped`
 */
export async function activeAmong(
  sae: LoadedSae,
  x: Float32Array,
  latents: Int32Array,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { dIn, dSae } = sae.sae;
  const fires = new Uint8Array((x.length / dIn) * latents.length);
  for await (const { first, rows, f } of encodedSlices(sae, x, signal)) {
    for (let row = 0; row < rows; row++) {
      latents.forEach((latent, g) => {
        if (f[row * dSae + latent] !== 0) fires[(first + row) * latents.length + g] = 1;
      });
    }
  }
  return fires;
}
