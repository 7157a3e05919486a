/** A 95 % interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Documents are spread over this many groups by their hash, which bounds memory. */
const GROUPS = 64;
/** Below this many groups a spread over them says nothing. */
const FEWEST_GROUPS = 5;
/** Student's t, 97.5 % quantile, by degrees of freedom from 4 to 63; between the entries the smaller, so wider, one is taken. */
const T_975: readonly (readonly [degrees: number, t: number])[] = [
  [4, 2.776],
  [5, 2.571],
  [6, 2.447],
  [7, 2.365],
  [8, 2.306],
  [9, 2.262],
  [10, 2.228],
  [12, 2.179],
  [15, 2.131],
  [20, 2.086],
  [25, 2.06],
  [30, 2.042],
  [40, 2.021],
  [50, 2.009],
  [60, 2],
];

/**
 * Sums over tokens, kept by groups of documents, for figures that are functions of such sums, e.g. ratios of means.
 * Intervals are those of the delete-a-group jackknife: tokens of one document are not independent, documents are. They may
 * exceed what is possible, e.g. an explained variance of 1; `withinBounds` cuts them before they are stored.
 *
 * Source: Kott, "The delete-a-group jackknife", Journal of Official Statistics, 2001.
 *
 * @example
 * const sums = new DocumentSums(2);
 * sums.add(documentHash, [squaredError, tokens]);
 * sums.interval(([error, tokens]) => error / tokens);
 */
export class DocumentSums {
  readonly #size: number;
  readonly #groups: Float64Array;
  readonly #total: Float64Array;
  readonly #used = new Set<number>();

  /** @param size number of sums */
  constructor(size: number) {
    this.#size = size;
    this.#groups = new Float64Array(GROUPS * size);
    this.#total = new Float64Array(size);
  }

  /** @param document hash of the document; a document may be added in several parts */
  add(document: number, values: ArrayLike<number>): void {
    // The hash is uniform, so the groups are of about equal size.
    const group = (document >>> 0) % GROUPS;
    this.#used.add(group);
    for (let i = 0; i < this.#size; i++) {
      this.#groups[group * this.#size + i]! += values[i]!;
      this.#total[i]! += values[i]!;
    }
  }

  /** The sums over all documents, [size]. */
  get total(): Float64Array {
    return this.#total;
  }

  /**
   * @param figure computes a figure from the sums; NaN where it is undefined
   * @returns undefined with too few groups of documents, or where the figure is undefined without one of them
   */
  interval(figure: (sums: Float64Array) => number): Interval | undefined {
    const spread = this.#spread(figure);
    if (spread === undefined) return undefined;
    const { value, error, t } = spread;
    return { low: value - t * error, high: value + t * error };
  }

  /**
   * The interval of a proportion, e.g. of an accuracy. It is Wilson's, with as many independent trials as would give the
   * jackknife's standard error. It stays within [0, 1], where the plain interval of a proportion near 0 or 1 does not. It
   * has a width even if all trials agree: then each document counts as one trial.
   *
   * Sources: Wilson, "Probable inference, the law of succession, and statistical inference", 1927; Korn and Graubard,
   * "Confidence intervals for proportions with small expected number of positive counts estimated from survey data", 1998.
   *
   * @param documents number of documents that were added
   * @returns undefined as for `interval`
   */
  proportionInterval(figure: (sums: Float64Array) => number, documents: number): Interval | undefined {
    const spread = this.#spread(figure);
    if (spread === undefined) return undefined;
    const { value, error, t } = spread;
    const trials = error > 0 ? (value * (1 - value)) / error ** 2 : documents;
    const shrinkage = 1 + t ** 2 / trials;
    const middle = (value + t ** 2 / (2 * trials)) / shrinkage;
    const half = (t / shrinkage) * Math.sqrt((value * (1 - value)) / trials + (t / (2 * trials)) ** 2);
    return {
      low: Math.max(0, Math.min(value, middle - half)),
      high: Math.min(1, Math.max(value, middle + half)),
    };
  }

  /** The figure, the jackknife's standard error, and the quantile of its degrees of freedom. */
  #spread(figure: (sums: Float64Array) => number): { value: number; error: number; t: number } | undefined {
    const groups = this.#used.size;
    if (groups < FEWEST_GROUPS) return undefined;
    const value = figure(this.#total);
    const without = [...this.#used].map((group) =>
      figure(this.#total.map((sum, i) => sum - this.#groups[group * this.#size + i]!)),
    );
    if (![value, ...without].every(Number.isFinite)) return undefined;
    const mean = without.reduce((sum, one) => sum + one, 0) / groups;
    const squares = without.reduce((sum, one) => sum + (one - mean) ** 2, 0);
    return { value, error: Math.sqrt((squares * (groups - 1)) / groups), t: quantile(groups - 1) };
  }
}

function quantile(degrees: number): number {
  return T_975.findLast(([least]) => least <= degrees)![1];
}
