import type { Figures } from '@sae-lab/measures';

/** Below this fraction of E‖x‖², the difference E‖x‖² − ‖E x‖² is mostly rounding error. */
const CANCELLED = 1e-9;

/**
 * Accumulates the reconstruction figures in float64 over the whole evaluation set. The figures are those of the set, not
 * averages over batches: at any batch size the mean predictor has explained variance exactly 0, and the identity 1.
 */
export class ReconstructionFigures {
  readonly #dIn: number;
  #rows = 0;
  #squaredError = 0;
  #squaredNorm = 0;
  #reconstructionSquaredNorm = 0;
  #dot = 0;
  #cosine = 0;
  #normRatio = 0;
  readonly #sum: Float64Array;
  /** The sums of x − x₀, with x₀ the first row: exactly 0 if all rows are equal. */
  #origin: Float64Array | undefined;
  #shiftedSquaredNorm = 0;
  readonly #shiftedSum: Float64Array;

  constructor(dIn: number) {
    this.#dIn = dIn;
    this.#sum = new Float64Array(dIn);
    this.#shiftedSum = new Float64Array(dIn);
  }

  /** Adds activations and their reconstructions, both [B, dIn] in row order. */
  add(x: ArrayLike<number>, reconstruction: ArrayLike<number>): void {
    const d = this.#dIn;
    const origin = (this.#origin ??= Float64Array.from({ length: d }, (_, j) => x[j] as number));
    for (let start = 0; start < x.length; start += d) {
      let squaredError = 0;
      let xx = 0;
      let rr = 0;
      let xr = 0;
      for (let j = 0; j < d; j++) {
        const a = x[start + j] as number;
        const b = reconstruction[start + j] as number;
        squaredError += (a - b) * (a - b);
        xx += a * a;
        rr += b * b;
        xr += a * b;
        (this.#sum[j] as number) += a;
        const shifted = a - (origin[j] as number);
        this.#shiftedSquaredNorm += shifted * shifted;
        (this.#shiftedSum[j] as number) += shifted;
      }
      this.#rows++;
      this.#squaredError += squaredError;
      this.#squaredNorm += xx;
      this.#reconstructionSquaredNorm += rr;
      this.#dot += xr;
      this.#cosine += xx > 0 && rr > 0 ? xr / Math.sqrt(xx * rr) : 0;
      this.#normRatio += xx > 0 ? Math.sqrt(rr / xx) : 0;
    }
  }

  /** Whether all activations so far were finite. Float64 sums of squared float32 values cannot overflow. */
  get inputIsFinite(): boolean {
    return Number.isFinite(this.#squaredNorm);
  }

  /** E‖x − x̂‖² / E‖x‖². Above 1 the reconstruction is worse than zero. 0 if all activations are 0. */
  get relativeError(): number {
    return this.#squaredNorm > 0 ? this.#squaredError / this.#squaredNorm : 0;
  }

  /**
   * - `explained_variance`: 1 − E‖x − x̂‖² / (E‖x‖² − ‖E x‖²); undefined if all rows are equal
   * - `mse`: mean of (x − x̂)² over all entries
   * - `cosine`: mean cos(x, x̂); zero rows count as 0
   * - `l2_ratio`: mean ‖x̂‖/‖x‖; zero rows count as 0
   * - `relative_reconstruction_bias`: γ = E‖x̂‖² / E[x·x̂]; undefined if x and x̂ are orthogonal, e.g. x̂ = 0
   *
   * Undefined figures are NaN.
   */
  result() {
    const rows = this.#rows;
    const variance = this.#variance();
    return {
      explained_variance: variance > 0 ? 1 - this.#squaredError / rows / variance : Number.NaN,
      mse: this.#squaredError / rows / this.#dIn,
      cosine: this.#cosine / rows,
      l2_ratio: this.#normRatio / rows,
      relative_reconstruction_bias:
        this.#dot === 0 ? Number.NaN : this.#reconstructionSquaredNorm / this.#dot,
    } satisfies Figures;
  }

  #variance(): number {
    const rows = this.#rows;
    const squaredMean = (sum: Float64Array): number =>
      sum.reduce((total, value) => total + (value / rows) ** 2, 0);
    const meanSquare = this.#squaredNorm / rows;
    const variance = meanSquare - squaredMean(this.#sum);
    return variance > CANCELLED * meanSquare
      ? variance
      : this.#shiftedSquaredNorm / rows - squaredMean(this.#shiftedSum);
  }
}
