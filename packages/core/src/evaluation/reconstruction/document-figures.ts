import type { Figures } from '@sae-lab/measures';
import { DocumentSums, type Interval } from '../interval.ts';

/** Places of the sums of a row. The entries of the shifted activation follow them. */
const ROWS = 0;
const SQUARED_ERROR = 1;
const SHIFTED_SQUARED_NORM = 2;
const RECONSTRUCTION_SQUARED_NORM = 3;
const DOT = 4;
const COSINE = 5;
const NORM_RATIO = 6;
const L0 = 7;
const L1 = 8;
const SHIFTED = 9;

type Sums = Float64Array;

/** The figures that are means or ratios of means, so that they have an interval. Fractions of latents are not. */
function figuresOf(dIn: number) {
  const mean = (place: number) => (sums: Sums) => sums[place]! / sums[ROWS]!;
  return {
    l0: mean(L0),
    l1: mean(L1),
    explained_variance: (sums) => {
      const variance = varianceOf(sums);
      return variance > 0 ? 1 - sums[SQUARED_ERROR]! / variance : Number.NaN;
    },
    mse: (sums) => sums[SQUARED_ERROR]! / sums[ROWS]! / dIn,
    cosine: mean(COSINE),
    l2_ratio: mean(NORM_RATIO),
    relative_reconstruction_bias: (sums) =>
      sums[DOT] === 0 ? Number.NaN : sums[RECONSTRUCTION_SQUARED_NORM]! / sums[DOT]!,
  } satisfies Partial<Record<keyof Figures, (sums: Sums) => number>>;
}

/** Σ‖x − x₀‖² − ‖Σ(x − x₀)‖² / rows. */
function varianceOf(sums: Sums): number {
  let squares = 0;
  for (let i = SHIFTED; i < sums.length; i++) squares += sums[i]! * sums[i]!;
  return sums[SHIFTED_SQUARED_NORM]! - squares / sums[ROWS]!;
}

/** Accumulates what the intervals of the reconstruction's figures are computed from. */
export class DocumentFigures {
  readonly #dIn: number;
  readonly #row: Float64Array;
  readonly #sums: DocumentSums;
  readonly #documents = new Set<number>();
  #origin: Float32Array | undefined;

  constructor(dIn: number) {
    this.#dIn = dIn;
    this.#row = new Float64Array(SHIFTED + dIn);
    this.#sums = new DocumentSums(SHIFTED + dIn);
  }

  /** The number of documents so far. */
  get documents(): number {
    return this.#documents.size;
  }

  /** Adds rows [B, dIn] with their codes [B, dSae] and reconstructions [B, dIn]. */
  add(
    x: Float32Array,
    code: ArrayLike<number>,
    decoded: ArrayLike<number>,
    documentHashes: Int32Array,
  ): void {
    const origin = (this.#origin ??= x.slice(0, this.#dIn));
    const dSae = code.length / documentHashes.length;
    documentHashes.forEach((document, row) => {
      this.#measureRow(x, decoded, row * this.#dIn, origin);
      this.#measureCode(code, row * dSae, dSae);
      this.#sums.add(document, this.#row);
      this.#documents.add(document);
    });
  }

  /**
   * @param figures the values, which the intervals are around
   * @returns no interval for a figure that is undefined, and none at all with too few documents
   */
  intervals(figures: Readonly<Record<string, number>>): Record<string, Interval> {
    const found: Record<string, Interval> = {};
    for (const [key, figure] of Object.entries(figuresOf(this.#dIn))) {
      const interval = this.#sums.interval(figure);
      const value = figures[key];
      if (interval === undefined || value === undefined || Number.isNaN(value)) continue;
      // The value is a sum in another order, so it may differ from the middle in its last digits.
      const half = (interval.high - interval.low) / 2;
      found[key] = { low: value - half, high: value + half };
    }
    return found;
  }

  #measureRow(x: Float32Array, decoded: ArrayLike<number>, start: number, origin: Float32Array): void {
    const row = this.#row;
    let [error, shiftedSquares, xx, rr, xr] = [0, 0, 0, 0, 0];
    for (let j = 0; j < this.#dIn; j++) {
      const a = x[start + j]!;
      const b = decoded[start + j]!;
      const shifted = a - origin[j]!;
      error += (a - b) * (a - b);
      shiftedSquares += shifted * shifted;
      xx += a * a;
      rr += b * b;
      xr += a * b;
      row[SHIFTED + j] = shifted;
    }
    row[ROWS] = 1;
    row[SQUARED_ERROR] = error;
    row[SHIFTED_SQUARED_NORM] = shiftedSquares;
    row[RECONSTRUCTION_SQUARED_NORM] = rr;
    row[DOT] = xr;
    row[COSINE] = xx > 0 && rr > 0 ? xr / Math.sqrt(xx * rr) : 0;
    row[NORM_RATIO] = xx > 0 ? Math.sqrt(rr / xx) : 0;
  }

  #measureCode(code: ArrayLike<number>, start: number, dSae: number): void {
    let [active, sum] = [0, 0];
    for (let i = start; i < start + dSae; i++) {
      const value = code[i]!;
      if (value === 0) continue;
      active++;
      sum += Math.abs(value);
    }
    this.#row[L0] = active;
    this.#row[L1] = sum;
  }
}
