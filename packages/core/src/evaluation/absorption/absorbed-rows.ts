import type { LoadedSae } from '../../sae/loaded-sae.ts';
import type { KnownLetter } from './known-letters.ts';
import { encodedSlices } from '../encoded-slices.ts';

/** Cosine of a decoder row and a probe from which the latent can absorb the letter. */
const ALIGNED = 0.1;
/** Share of the activation's projection on the probe, from its mean, that the latent must carry. */
const CARRIED = 0.4;

/**
 * Which of the rows that a probe recognises are absorbed.
 *
 * @param x [rows, dIn]
 * @param main main latents of each letter
 * @returns by letter, whether each recognised row is absorbed
 * @throws {SaeLabError} `run.stopped`
 */
export async function absorbedRows(
  sae: LoadedSae,
  x: Float32Array,
  letters: readonly KnownLetter[],
  main: readonly (readonly number[])[],
  signal?: AbortSignal,
): Promise<Map<number, boolean>[]> {
  const { dSae } = sae.sae;
  const projections = letters.map(({ probe }) => projectionsOf(sae, probe));
  const recognised = letters.map((letter) => new Set(letter.recognised));
  const absorbed = letters.map(() => new Map<number, boolean>());
  for await (const { first, rows, f } of encodedSlices(sae, x, signal)) {
    for (let row = 0; row < rows; row++) {
      const at = row * dSae;
      letters.forEach((_, letter) => {
        if (!recognised[letter]!.has(first + row)) return;
        const isSilent = main[letter]!.every((latent) => f[at + latent] === 0);
        absorbed[letter]!.set(
          first + row,
          isSilent && isCarried(f, at, x, first + row, projections[letter]!),
        );
      });
    }
  }
  return absorbed;
}

interface Projections {
  /** Unit direction of the probe, and the mean activation of its training rows, [dIn]. */
  readonly direction: Float64Array;
  readonly mean: Float64Array;
  /** Projection of each decoder row on the direction, and their cosine, [dSae]. */
  readonly along: Float64Array;
  readonly cosine: Float64Array;
}

/** Whether one latent, aligned with the probe, carries most of what the activation says along it. */
function isCarried(
  f: ArrayLike<number>,
  at: number,
  x: Float32Array,
  row: number,
  { direction, mean, along, cosine }: Projections,
): boolean {
  let [largest, latent] = [0, -1];
  for (let i = 0; i < along.length; i++) {
    const contribution = f[at + i]! * along[i]!;
    if (contribution > largest) [largest, latent] = [contribution, i];
  }
  if (latent < 0 || cosine[latent]! < ALIGNED) return false;
  let total = 0;
  const from = row * direction.length;
  for (let d = 0; d < direction.length; d++) total += (x[from + d]! - mean[d]!) * direction[d]!;
  return largest >= CARRIED * total;
}

function projectionsOf({ sae }: LoadedSae, { probe, mean, deviation }: KnownLetter['probe']): Projections {
  const { dIn, dSae } = sae;
  const decoder = sae.tensors['W_dec']!.data;
  // The probe sees standardised activations.
  const scaled = probe.weights.map((weight, d) => weight / deviation[d]!);
  const norm = Math.sqrt(scaled.reduce((sum, value) => sum + value * value, 0));
  const direction = scaled.map((value) => value / norm);
  const along = new Float64Array(dSae);
  const cosine = new Float64Array(dSae);
  for (let latent = 0; latent < dSae; latent++) {
    let squared = 0;
    for (let d = 0; d < dIn; d++) {
      const value = decoder[latent * dIn + d]!;
      along[latent]! += value * direction[d]!;
      squared += value * value;
    }
    cosine[latent] = squared > 0 ? along[latent]! / Math.sqrt(squared) : 0;
  }
  return { direction, mean, along, cosine };
}
