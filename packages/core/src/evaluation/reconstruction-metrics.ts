/**
 * Sums over the whole evaluation set, in float64, from which the metrics of reconstruction follow.
 * Definitions hold for the set, not for batches that are then averaged: the mean predictor has explained
 * variance exactly 0 whatever the batch size, the identity 1.
 */
export class ReconstructionMetrics {
  readonly #dIn: number;
  #rows = 0;
  #squaredError = 0;
  #squaredNorm = 0;
  #reconstructionSquaredNorm = 0;
  #dot = 0;
  #cosine = 0;
  #normRatio = 0;
  readonly #sum: Float64Array;

  constructor(dIn: number) {
    this.#dIn = dIn;
    this.#sum = new Float64Array(dIn);
  }

  /** Activations and their reconstructions, both [B, dIn] row after row. */
  add(x: ArrayLike<number>, reconstruction: ArrayLike<number>): void {
    const d = this.#dIn;
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

  /**
   * - `explained_variance` 1 − E‖x − x̂‖² / (E‖x‖² − ‖E x‖²)
   * - `mse` mean of (x − x̂)² over all entries
   * - `cosine` mean cos(x, x̂), `l2_ratio` mean ‖x̂‖/‖x‖; rows of zeros count 0
   * - `relative_reconstruction_bias` γ = E‖x̂‖² / E[x·x̂]
   */
  result(): Record<string, number> {
    const rows = this.#rows;
    const squaredMean = this.#sum.reduce((total, sum) => total + (sum / rows) ** 2, 0);
    const variance = this.#squaredNorm / rows - squaredMean;
    return {
      explained_variance: 1 - this.#squaredError / rows / variance,
      mse: this.#squaredError / rows / this.#dIn,
      cosine: this.#cosine / rows,
      l2_ratio: this.#normRatio / rows,
      relative_reconstruction_bias: this.#reconstructionSquaredNorm / this.#dot,
    };
  }
}
