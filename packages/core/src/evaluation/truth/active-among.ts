import type { SparseEncoder } from '../../sae/sparse-encoder.ts';
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
  encoder: SparseEncoder,
  x: Float32Array,
  latents: Int32Array,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { dIn } = encoder.sae;
  const fires = new Uint8Array((x.length / dIn) * latents.length);
  // Several may be the same latent.
  const placesOf = Map.groupBy(latents.keys(), (place) => latents[place]!);
  for await (const { first, rows, code } of encodedSlices(encoder, x, signal)) {
    const { rowStart, latentOf, values } = code;
    for (let row = 0; row < rows; row++) {
      for (let entry = rowStart[row]!; entry < rowStart[row + 1]!; entry++) {
        if (values[entry] === 0) continue;
        for (const place of placesOf.get(latentOf[entry]!) ?? []) {
          fires[(first + row) * latents.length + place] = 1;
        }
      }
    }
  }
  return fires;
}
