import { throwDeviceFault } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import type { LoadedSae } from '../sae/loaded-sae.ts';
import { stopIfAsked } from '../stop.ts';

/** Maximum number of entries of a slice of codes: 16 MB. */
const CODES = 2 ** 22;

/**
 * Encodes rows in slices of bounded size.
 *
 * @param x activations, [rows, dIn] in row order
 * @returns slices of codes f, [rows, dSae], with the number of their first row
 * @throws {SaeLabError} `run.stopped`
 */
export async function* encodedSlices(
  sae: LoadedSae,
  x: Float32Array,
  signal?: AbortSignal,
): AsyncGenerator<{ first: number; rows: number; f: ArrayLike<number> }> {
  const { dIn, dSae } = sae.sae;
  const slice = Math.max(1, Math.floor(CODES / dSae));
  for (let first = 0; first * dIn < x.length; first += slice) {
    await stopIfAsked(signal);
    const part = x.subarray(first * dIn, (first + slice) * dIn);
    const rows = part.length / dIn;
    const f = tf.tidy(() => sae.encode(tf.tensor2d(part, [rows, dIn])));
    const values = await f.data();
    throwDeviceFault();
    f.dispose();
    yield { first, rows, f: values };
  }
}
