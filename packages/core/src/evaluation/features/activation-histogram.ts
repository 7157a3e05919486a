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
    const counts = Array.from({ length: BINS / merged }, () => 0);
    const fine = this.#of(latent);
    for (let bin = 0; bin < BINS; bin++) counts[Math.floor(bin / merged)]! += fine[bin]!;
    const [from, to] = [counts.findIndex((count) => count > 0), counts.findLastIndex((count) => count > 0)];
    if (from < 0) return { edges: [], counts: [] };
    return {
      edges: Array.from({ length: to - from + 2 }, (_, i) => lowerEdge((from + i) * merged)),
      counts: counts.slice(from, to + 1),
    };
  }

  /**
   * The values below which fractions of the activations lie; NaN if the latent never fired.
   *
   * @param fractions ascending
   */
  quantiles(latent: number, fractions: readonly number[]): number[] {
    // Loops, not array methods: every described latent comes here.
    const counts = this.#of(latent);
    let total = 0;
    for (let bin = 0; bin < BINS; bin++) total += counts[bin]!;
    if (total === 0) return fractions.map(() => Number.NaN);
    let [bin, below] = [-1, 0];
    return fractions.map((fraction) => {
      const rank = Math.max(1, Math.ceil(fraction * total));
      while (below < rank) below += counts[++bin]!;
      return (lowerEdge(bin) + lowerEdge(bin + 1)) / 2;
    });
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
