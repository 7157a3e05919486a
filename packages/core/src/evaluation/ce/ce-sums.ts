import { DocumentSums, type Interval } from '../interval.ts';

/** Losses of one piece of text, in nats, summed over its evaluated tokens. */
export interface PieceLosses {
  readonly tokens: number;
  readonly clean: number;
  readonly spliced: number;
  readonly zero: number;
  readonly mean: number;
  /** KL(clean‖·) */
  readonly splicedKl: number;
  readonly zeroKl: number;
}

const SUMS = ['tokens', 'clean', 'spliced', 'zero', 'mean', 'splicedKl', 'zeroKl'] as const;

type Means = Readonly<Record<(typeof SUMS)[number], number>>;

/** Ratios of means over tokens. Source: docs/evaluation.md. */
const FIGURES: Readonly<Record<string, (means: Means) => number>> = {
  ce_clean: ({ clean }) => clean,
  ce_spliced: ({ spliced }) => spliced,
  ce_zero: ({ zero }) => zero,
  ce_mean: ({ mean }) => mean,
  ce_recovered: ({ clean, spliced, zero }) => ratio(zero - spliced, zero - clean),
  ce_recovered_mean: ({ clean, spliced, mean }) => ratio(mean - spliced, mean - clean),
  kl_spliced: ({ splicedKl }) => splicedKl,
  kl_zero: ({ zeroKl }) => zeroKl,
  kl_recovered: ({ splicedKl, zeroKl }) => ratio(zeroKl - splicedKl, zeroKl),
};

/** Keys of the figures in `@sae-lab/measures`. */
export const CE_FIGURES = Object.keys(FIGURES);

/** Accumulates the losses of one SAE. */
export class CeSums {
  readonly #sums = new DocumentSums(SUMS.length);

  add(documentHash: number, losses: PieceLosses): void {
    this.#sums.add(
      documentHash,
      SUMS.map((name) => losses[name]),
    );
  }

  /** Figures that are undefined, e.g. because the ablation changes nothing, are NaN. */
  result(): { figures: Record<string, number>; intervals: Record<string, Interval> } {
    const figures: Record<string, number> = {};
    const intervals: Record<string, Interval> = {};
    for (const [name, figure] of Object.entries(FIGURES)) {
      const of = (sums: Float64Array): number => figure(meansOf(sums));
      figures[name] = of(this.#sums.total);
      const interval = this.#sums.interval(of);
      if (interval !== undefined) intervals[name] = interval;
    }
    return { figures, intervals };
  }
}

function meansOf(sums: Float64Array): Means {
  const tokens = sums[0]!;
  return Object.fromEntries(SUMS.map((name, i) => [name, sums[i]! / tokens])) as Means;
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? Number.NaN : part / whole;
}
