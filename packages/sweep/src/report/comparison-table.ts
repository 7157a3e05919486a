import { spreadOf, type Spread } from '@sae-lab/measures';

/** A run as the comparison needs it. */
export interface ComparedRun {
  /** The same for runs that differ by their seed only. */
  readonly configuration: number;
  readonly hash: string;
  readonly variant: string;
  readonly coefficient: string;
  readonly hook: string;
  readonly width: number;
  readonly finished: boolean;
  readonly metrics: Readonly<Record<string, number>>;
  readonly seconds: number | null;
}

/** One row of the comparison: the runs that differ by their seed only. */
export interface ComparisonRow {
  readonly variant: string;
  readonly coefficient: string;
  readonly hook: string;
  readonly width: number;
  readonly seeds: number;
  readonly finishedSeeds: number;
  /** Hash of the run, where the row is one run. */
  readonly run: string | null;
  readonly l0: Spread;
  readonly explainedVariance: Spread;
  readonly deadFraction: Spread;
  /** How well the true directions were found, where they are known. */
  readonly mmcs: Spread;
  readonly recovered: Spread;
  readonly seconds: Spread;
  /** Activations that it was evaluated on; null where nothing finished. */
  readonly evaluated: number | null;
}

/**
 * Groups runs by their configuration. A variant's rows stand together, under its hook and width; otherwise in the order
 * of their first occurrence (training takes the variants in turns).
 */
export function compareRuns(runs: readonly ComparedRun[]): ComparisonRow[] {
  const groups = Map.groupBy(together(runs), ({ configuration }) => configuration);
  return [...groups.values()].map((group) => {
    const finished = group.filter((run) => run.finished);
    const { variant, coefficient, hook, width, hash } = group[0]!;
    const spread = (value: (run: ComparedRun) => number | null | undefined): Spread =>
      spreadOf(finished.map(value));
    return {
      variant,
      coefficient,
      hook,
      width,
      seeds: group.length,
      finishedSeeds: finished.length,
      run: group.length === 1 ? hash : null,
      l0: spread(({ metrics }) => metrics['l0']),
      explainedVariance: spread(({ metrics }) => metrics['explained_variance']),
      deadFraction: spread(({ metrics }) => metrics['dead_fraction']),
      mmcs: spread(({ metrics }) => metrics['mmcs']),
      recovered: spread(({ metrics }) => metrics['recovered']),
      seconds: spread(({ seconds }) => seconds),
      evaluated: finished[0]?.metrics['evaluation_tokens'] ?? null,
    };
  });
}

/** Hooks, widths and variants in the order of their first occurrence, each one's runs together. */
function together(runs: readonly ComparedRun[]): ComparedRun[] {
  const place = (of: (run: ComparedRun) => string | number): ((run: ComparedRun) => number) => {
    const places = new Map<string | number, number>();
    for (const run of runs) if (!places.has(of(run))) places.set(of(run), places.size);
    return (run) => places.get(of(run))!;
  };
  const [hook, width, variant] = [place((r) => r.hook), place((r) => r.width), place((r) => r.variant)];
  return runs.toSorted((a, b) => hook(a) - hook(b) || width(a) - width(b) || variant(a) - variant(b));
}
