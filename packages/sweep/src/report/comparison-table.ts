import { ALL_FIGURES, spreadOf, type FigureKey, type Spread } from '@sae-lab/measures';

/** A stored run, reduced to what the comparison shows. */
export interface ComparedRun {
  /** Equal for runs that differ only in their seed. */
  readonly configuration: number;
  readonly runHash: string;
  readonly variant: string;
  readonly coefficient: string;
  readonly hook: string;
  readonly width: number;
  readonly finished: boolean;
  readonly figures: Readonly<Record<string, number>>;
  readonly seconds: number | null;
  /** Not a run: an SAE that the runs are compared with. */
  readonly reference?: boolean;
}

/** One row of the comparison: the runs that differ only in their seed. */
export interface ComparisonRow {
  readonly variant: string;
  readonly coefficient: string;
  readonly hook: string;
  readonly width: number;
  readonly seeds: number;
  readonly finishedSeeds: number;
  /** The hash of the run, or of the first where there are several seeds. Null for what the runs are compared with. */
  readonly runHash: string | null;
  readonly figures: Readonly<Record<FigureKey, Spread>>;
  readonly seconds: Spread;
  /** Whether it is an SAE that the runs are compared with. */
  readonly reference: boolean;
  /** Number of activations the runs were evaluated on; null where no run finished. */
  readonly evaluated: number | null;
}

/**
 * Groups runs by configuration. The rows of one hook, width and variant stay together, in order of first occurrence,
 * although training alternates between variants.
 */
export function compareRuns(runs: readonly ComparedRun[]): ComparisonRow[] {
  const groups = Map.groupBy(together(runs), ({ configuration }) => configuration);
  return [...groups.values()].map((group) => {
    const finished = group.filter((run) => run.finished);
    const { variant, coefficient, hook, width, runHash, reference = false } = group[0]!;
    const spreads = ALL_FIGURES.map(({ key }) => [
      key,
      spreadOf(finished.map(({ figures }) => figures[key])),
    ]);
    return {
      variant,
      coefficient,
      hook,
      width,
      seeds: group.length,
      finishedSeeds: finished.length,
      reference,
      runHash: reference ? null : runHash,
      figures: Object.fromEntries(spreads) as Record<FigureKey, Spread>,
      seconds: spreadOf(finished.map(({ seconds }) => seconds)),
      evaluated: finished[0]?.figures['evaluation_tokens'] ?? null,
    };
  });
}

/** Sorts runs by hook, width and variant, each in order of first occurrence. What they are compared with comes last. */
function together(runs: readonly ComparedRun[]): ComparedRun[] {
  const rank = (of: (run: ComparedRun) => string | number): ((run: ComparedRun) => number) => {
    const ranks = new Map<string | number, number>();
    for (const run of runs) if (!ranks.has(of(run))) ranks.set(of(run), ranks.size);
    return (run) => ranks.get(of(run))!;
  };
  const [hook, width, variant] = [rank((r) => r.hook), rank((r) => r.width), rank((r) => r.variant)];
  const last = ({ reference = false }: ComparedRun): number => Number(reference);
  return runs.toSorted(
    (a, b) => hook(a) - hook(b) || last(a) - last(b) || width(a) - width(b) || variant(a) - variant(b),
  );
}
