import type { Figures } from '@sae-lab/measures';
import { count, emptyHistogram, type Histogram } from './histogram.ts';

/** In the histogram of active units a unit is active above this value, as in the introductory notebook. */
const ACTIVE_UNIT_THRESHOLD = 1e-3;

/** Accumulates how often and how strongly latents fire, over the whole evaluation set. */
export class SparsityFigures {
  readonly #dSae: number;
  #rows = 0;
  #sum = 0;
  /** Tokens on which each latent fired, [dSae]. */
  readonly #fired: Float64Array;
  /** Number of rows with each count of active units, [dSae + 1]. */
  readonly #rowsByActiveUnits: Float64Array;
  readonly #values = emptyHistogram(0, 1, 100);
  readonly #logValues = emptyHistogram(-4, 4, 80);

  constructor(dSae: number) {
    this.#dSae = dSae;
    this.#fired = new Float64Array(dSae);
    this.#rowsByActiveUnits = new Float64Array(dSae + 1);
  }

  /** Adds codes f, [B, dSae] in row order. */
  add(f: ArrayLike<number>): void {
    const zerosBin = this.#values.counts;
    for (let start = 0; start < f.length; start += this.#dSae) {
      let active = 0;
      let zeros = 0;
      for (let i = 0; i < this.#dSae; i++) {
        const value = f[start + i] as number;
        if (value === 0) {
          zeros++;
          continue;
        }
        (this.#fired[i] as number)++;
        this.#sum += Math.abs(value);
        if (value > ACTIVE_UNIT_THRESHOLD) active++;
        count(this.#values, value);
        count(this.#logValues, Math.log10(value));
      }
      zerosBin[0] = (zerosBin[0] as number) + zeros;
      (this.#rowsByActiveUnits[active] as number)++;
      this.#rows++;
    }
  }

  /** Fraction of tokens on which each latent fired, [dSae]. */
  density(): Float64Array {
    return this.#fired.map((fired) => fired / this.#rows);
  }

  /**
   * - `l0`: mean number of entries f ≠ 0 per token
   * - `l1`: mean Σ|f| per token
   * - `dead_fraction`: fraction of latents that fired on none of the `evaluation_tokens`
   * - `dense_fraction_1pc`, `dense_fraction_10pc`: fraction of latents that fire on more than 1 % or 10 % of tokens
   * - `rare_fraction`: fraction of latents that fire on less than 0.1 %, but not on none
   * - `dense_share_1pc`, `dense_share_10pc`: fraction of all firings that come from the latents counted there; NaN if none
   *   fired
   */
  result() {
    const density = this.density();
    const l0 = density.reduce((total, value) => total + value, 0);
    const shareOfFirings = (above: number): number =>
      density.reduce((total, value) => total + (value > above ? value : 0), 0) / l0;
    const fractionOfLatents = (holds: (density: number) => boolean): number =>
      density.reduce((total, value) => total + (holds(value) ? 1 : 0), 0) / this.#dSae;
    return {
      l0,
      l1: this.#sum / this.#rows,
      dead_fraction: fractionOfLatents((value) => value === 0),
      dense_fraction_1pc: fractionOfLatents((value) => value > 0.01),
      dense_fraction_10pc: fractionOfLatents((value) => value > 0.1),
      rare_fraction: fractionOfLatents((value) => value > 0 && value < 0.001),
      dense_share_1pc: shareOfFirings(0.01),
      dense_share_10pc: shareOfFirings(0.1),
      evaluation_tokens: this.#rows,
    } satisfies Figures;
  }

  /**
   * - `code_activations`: all entries in [0, 1], 100 bins as in the introductory notebook, zeros in the first
   * - `code_activations_log10`: log10 of the non-zero entries
   * - `active_units`: units above 1e-3 per token, 30 bins from the smallest to the largest count
   * - `log10_density`: log10 of the densities of latents that fired
   */
  histograms(): Record<string, Histogram> {
    const logDensity = emptyHistogram(-6, 0, 60);
    for (const density of this.density()) count(logDensity, Math.log10(density));
    return {
      code_activations: this.#values,
      code_activations_log10: this.#logValues,
      active_units: this.#activeUnits(),
      log10_density: logDensity,
    };
  }

  #activeUnits(): Histogram {
    const lowest = this.#rowsByActiveUnits.findIndex((rows) => rows > 0);
    const highest = this.#rowsByActiveUnits.findLastIndex((rows) => rows > 0);
    // If all tokens have the same count, as for TopK, the histogram spans 1 around it.
    const histogram =
      lowest === highest
        ? emptyHistogram(lowest - 0.5, lowest + 0.5, 30)
        : emptyHistogram(lowest, highest, 30);
    this.#rowsByActiveUnits.forEach((rows, units) => {
      if (rows > 0) count(histogram, units, rows);
    });
    return histogram;
  }
}
