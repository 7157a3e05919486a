import type { InferenceSae } from '../../sae/inference-sae.ts';
import type { CodeEntries, SparseEncoder } from '../../sae/sparse-encoder.ts';
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
  encoder: SparseEncoder,
  x: Float32Array,
  letters: readonly KnownLetter[],
  main: readonly (readonly number[])[],
  signal?: AbortSignal,
): Promise<Map<number, boolean>[]> {
  const projections = letters.map(({ probe }) => projectionsOf(encoder.sae, probe));
  const recognised = letters.map((letter) => new Set(letter.recognised));
  const absorbed = letters.map(() => new Map<number, boolean>());
  const isMain = main.map((latents) => new Set(latents));
  for await (const { first, rows, code } of encodedSlices(encoder, x, signal)) {
    for (let row = 0; row < rows; row++) {
      const active = activeIn(code, row);
      letters.forEach((_, letter) => {
        if (!recognised[letter]!.has(first + row)) return;
        const isSilent = !active.some(({ latent }) => isMain[letter]!.has(latent));
        absorbed[letter]!.set(
          first + row,
          isSilent && isCarried(active, x, first + row, projections[letter]!),
        );
      });
    }
  }
  return absorbed;
}

interface ActiveLatent {
  readonly latent: number;
  readonly value: number;
}

function activeIn({ rowStart, latentOf, values }: CodeEntries, row: number): ActiveLatent[] {
  const active: ActiveLatent[] = [];
  for (let entry = rowStart[row]!; entry < rowStart[row + 1]!; entry++) {
    const value = values[entry]!;
    if (value !== 0) active.push({ latent: latentOf[entry]!, value });
  }
  return active;
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
  active: readonly ActiveLatent[],
  x: Float32Array,
  row: number,
  { direction, mean, along, cosine }: Projections,
): boolean {
  let [largest, carrier] = [0, -1];
  for (const { latent, value } of active) {
    const contribution = value * along[latent]!;
    if (contribution > largest) [largest, carrier] = [contribution, latent];
  }
  if (carrier < 0 || cosine[carrier]! < ALIGNED) return false;
  let total = 0;
  const from = row * direction.length;
  for (let d = 0; d < direction.length; d++) total += (x[from + d]! - mean[d]!) * direction[d]!;
  return largest >= CARRIED * total;
}

function projectionsOf(
  { dIn, dSae, tensors }: InferenceSae,
  { probe, mean, deviation }: KnownLetter['probe'],
): Projections {
  const decoder = tensors['W_dec']!.data;
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
