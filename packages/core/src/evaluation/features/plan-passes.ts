import { SaeLabError } from '@sae-lab/errors';
import type { InferenceSae } from '../../sae/inference-sae.ts';
import type { Subject } from '../contract.ts';

/** Latents of an SAE that are counted in one pass over the text. */
export interface PassPart {
  readonly subject: Subject;
  readonly latents: Int32Array;
}

const MEGABYTE = 2 ** 20;

/**
 * Spreads latents over passes, as few as the memory allows. Latents of an SAE stay in order, and SAEs too.
 *
 * @param latents for each SAE, the latents to count
 * @param memory bytesPerLatent: what a pass holds for each latent; maxMemoryMb: the limit, encoders included
 * @throws {SaeLabError} `evaluation.too-little-memory` if not even one latent fits
 */
export function planPasses(
  saes: readonly Subject[],
  latents: readonly Int32Array[],
  {
    bytesPerLatent: perLatent,
    maxMemoryMb,
  }: { readonly bytesPerLatent: number; readonly maxMemoryMb: number },
): PassPart[][] {
  const limit = maxMemoryMb * MEGABYTE;
  const passes: PassPart[][] = [];
  let free = 0;
  saes.forEach((subject, s) => {
    const fixed = encoderBytes(subject.sae);
    if (fixed + perLatent > limit) throw tooSmall(subject, fixed + perLatent, maxMemoryMb);
    for (let start = 0; start < latents[s]!.length;) {
      if (fixed + perLatent > free || passes.length === 0) {
        passes.push([]);
        free = limit;
      }
      const count = Math.floor((free - fixed) / perLatent);
      const part = latents[s]!.subarray(start, start + count);
      passes.at(-1)!.push({ subject, latents: part });
      free -= fixed + part.length * perLatent;
      start += part.length;
    }
  });
  return passes;
}

/** The encoder on the backend, and the index of its latents. */
function encoderBytes({ dIn, dSae }: InferenceSae): number {
  return 4 * dSae * (dIn + 4);
}

function tooSmall({ id }: Subject, needed: number, maxMemoryMb: number): SaeLabError {
  return new SaeLabError('evaluation.too-little-memory', {
    problem: `the memory does not fit the encoder and one latent of ${id}`,
    field: 'features.maxMemoryMb',
    expected: `at least ${Math.ceil(needed / MEGABYTE)}`,
    received: String(maxMemoryMb),
    fix: 'Raise maxMemoryMb, or describe fewer examples with shorter contexts.',
  });
}
