import type { CodeEntries, SparseEncoder } from '../sae/sparse-encoder.ts';
import { stopIfAsked } from '../stop.ts';

/** Maximum number of entries of a slice of codes, if all latents were active: 16 MB. */
const CODES = 2 ** 22;

/**
 * Encodes rows in slices of bounded size.
 *
 * @param x activations, [rows, dIn] in row order
 * @returns slices of codes with the number of their first row
 * @throws {SaeLabError} `run.stopped`
 */
export async function* encodedSlices(
  encoder: SparseEncoder,
  x: Float32Array,
  signal?: AbortSignal,
): AsyncGenerator<{ first: number; rows: number; code: CodeEntries }> {
  const { dIn, dSae } = encoder.sae;
  const slice = Math.max(1, Math.floor(CODES / dSae));
  for (let first = 0; first * dIn < x.length; first += slice) {
    await stopIfAsked(signal);
    const part = x.subarray(first * dIn, (first + slice) * dIn);
    const rows = part.length / dIn;
    yield { first, rows, code: await encoder.encode(part, rows) };
  }
}
