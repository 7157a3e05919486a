import Table from 'cli-table3';

/** A run as the comparison needs it. */
export interface ComparedRun {
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
  readonly l0: Spread;
  readonly explainedVariance: Spread;
  readonly deadFraction: Spread;
  readonly seconds: Spread;
}

/** Mean over seeds and the sample standard deviation (n − 1); null where there are too few values. */
export interface Spread {
  readonly mean: number | null;
  readonly deviation: number | null;
}

/**
 * Groups runs by everything but the seed. A variant's rows stand together, under its hook and width; otherwise in
 * the order of their first occurrence (training takes the variants in turns).
 */
export function compareRuns(runs: readonly ComparedRun[]): ComparisonRow[] {
  const groups = Map.groupBy(together(runs), ({ variant, coefficient, hook, width }) =>
    JSON.stringify([hook, width, variant, coefficient]),
  );
  return [...groups.values()].map((group) => {
    const finished = group.filter((run) => run.finished);
    const { variant, coefficient, hook, width } = group[0] as ComparedRun;
    const spread = (value: (run: ComparedRun) => number | null | undefined): Spread =>
      spreadOf(finished.map(value).filter((found) => found !== null && found !== undefined));
    return {
      variant,
      coefficient,
      hook,
      width,
      seeds: group.length,
      finishedSeeds: finished.length,
      l0: spread(({ metrics }) => metrics['l0']),
      explainedVariance: spread(({ metrics }) => metrics['explained_variance']),
      deadFraction: spread(({ metrics }) => metrics['dead_fraction']),
      seconds: spread(({ seconds }) => seconds),
    };
  });
}

function together(runs: readonly ComparedRun[]): ComparedRun[] {
  const place = (of: (run: ComparedRun) => string | number): ((run: ComparedRun) => number) => {
    const places = [...new Set(runs.map(of))];
    return (run) => places.indexOf(of(run));
  };
  const [hook, width, variant] = [place((r) => r.hook), place((r) => r.width), place((r) => r.variant)];
  return runs.toSorted((a, b) => hook(a) - hook(b) || width(a) - width(b) || variant(a) - variant(b));
}

export function spreadOf(values: readonly number[]): Spread {
  const n = values.length;
  if (n === 0) return { mean: null, deviation: null };
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, deviation: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (n - 1)) };
}

/** The table that ends a sweep. A row of which no run finished has dashes. */
export function comparisonTable(rows: readonly ComparisonRow[]): string {
  const table = new Table({
    head: [
      'hook',
      'width',
      'variant',
      'coefficient',
      'seeds',
      'L0',
      'explained variance',
      'dead fraction',
      'seconds',
    ],
    colAligns: ['left', 'right', 'left', 'left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) {
    table.push([
      row.hook,
      row.width,
      row.variant,
      row.coefficient,
      row.finishedSeeds === row.seeds ? row.seeds : `${row.finishedSeeds}/${row.seeds}`,
      shown(row.l0, 1),
      shown(row.explainedVariance, 4),
      shown(row.deadFraction, 3),
      shown(row.seconds, 1),
    ]);
  }
  return table.toString();
}

function shown({ mean, deviation }: Spread, digits: number): string {
  if (mean === null) return '–';
  return deviation === null ? mean.toFixed(digits) : `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`;
}
