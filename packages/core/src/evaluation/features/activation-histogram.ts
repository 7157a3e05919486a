/** Bins per power of two: each is 1/16 of the power wide. */
const BINS_PER_OCTAVE = 16;
/** Bins of a delivered histogram per power of two. */
const SHOWN_PER_OCTAVE = 4;
/** The bins cover [2^-16, 2^16). Smaller and larger activations are counted in the outermost bins. */
const LOWEST_OCTAVE = -16;
const OCTAVES = 32;
const BINS = OCTAVES * BINS_PER_OCTAVE;
/** Exponent bias and mantissa bits of float32. */
const BIAS = 127;
const MANTISSA_BITS = 23;
const SHIFT = MANTISSA_BITS - Math.log2(BINS_PER_OCTAVE);
const FIRST = (LOWEST_OCTAVE + BIAS) * BINS_PER_OCTAVE;

/**
 * Counts positive activations of many latents in bins of constant relative width. A bin is found from the bits of the
 * value. Quantiles have a relative error of at most 1/32 (3.2 %), half a bin, between 2^-16 and 2^16.
 */
export class ActivationHistograms {
  static readonly bytesPerLatent = BINS * 4;
  readonly #counts: Uint32Array;

  constructor(latents: number) {
    this.#counts = new Uint32Array(latents * BINS);
  }

  /** @param bits the bits of a positive float32 value */
  add(latent: number, bits: number): void {
    const bin = (bits >>> SHIFT) - FIRST;
    this.#counts[latent * BINS + (bin < 0 ? 0 : bin < BINS ? bin : BINS - 1)]!++;
  }

  /** The bins between the smallest and the largest activation, four per power of two. Empty if the latent never fired. */
  histogram(latent: number): { edges: number[]; counts: number[] } {
    const merged = BINS_PER_OCTAVE / SHOWN_PER_OCTAVE;
    const counts = Array.from({ length: BINS / merged }, (_, bin) =>
      this.#of(latent)
        .subarray(bin * merged, (bin + 1) * merged)
        .reduce((sum, count) => sum + count, 0),
    );
    const [from, to] = [counts.findIndex((count) => count > 0), counts.findLastIndex((count) => count > 0)];
    if (from < 0) return { edges: [], counts: [] };
    return {
      edges: Array.from({ length: to - from + 2 }, (_, i) => lowerEdge((from + i) * merged)),
      counts: counts.slice(from, to + 1),
    };
  }

  /** The value below which a fraction `p` of the activations lies; NaN if the latent never fired. */
  quantile(latent: number, p: number): number {
    const counts = this.#of(latent);
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total === 0) return Number.NaN;
    const rank = Math.max(1, Math.ceil(p * total));
    let below = 0;
    const bin = counts.findIndex((count) => (below += count) >= rank);
    return (lowerEdge(bin) + lowerEdge(bin + 1)) / 2;
  }

  #of(latent: number): Uint32Array {
    return this.#counts.subarray(latent * BINS, (latent + 1) * BINS);
  }
}

function lowerEdge(bin: number): number {
  const octave = Math.floor(bin / BINS_PER_OCTAVE);
  return 2 ** (LOWEST_OCTAVE + octave) * (1 + (bin % BINS_PER_OCTAVE) / BINS_PER_OCTAVE);
}

/** The power of two at or below a positive float32 value, from its bits. */
export function octaveOf(bits: number): number {
  return (bits >>> MANTISSA_BITS) - BIAS;
}
