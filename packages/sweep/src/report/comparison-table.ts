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
  /** How well the true directions were found, where they are known. */
  readonly mmcs: Spread;
  readonly recovered: Spread;
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
      mmcs: spread(({ metrics }) => metrics['mmcs']),
      recovered: spread(({ metrics }) => metrics['recovered']),
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

interface FigureColumn {
  readonly head: string;
  readonly spread: (row: ComparisonRow) => Spread;
  readonly digits: number;
  /** Left out where no row has it: only some activations have a known truth. */
  readonly optional?: true;
}

const FIGURES: readonly FigureColumn[] = [
  { head: 'L0', spread: ({ l0 }) => l0, digits: 1 },
  { head: 'explained variance', spread: ({ explainedVariance }) => explainedVariance, digits: 4 },
  { head: 'dead fraction', spread: ({ deadFraction }) => deadFraction, digits: 3 },
  { head: 'MMCS', spread: ({ mmcs }) => mmcs, digits: 3, optional: true },
  { head: 'recovered', spread: ({ recovered }) => recovered, digits: 3, optional: true },
  { head: 'seconds', spread: ({ seconds }) => seconds, digits: 1 },
];

/** The table that ends a sweep. A row of which no run finished has dashes. */
export function comparisonTable(rows: readonly ComparisonRow[]): string {
  const figures = FIGURES.filter(
    ({ spread, optional }) => optional !== true || rows.some((row) => spread(row).mean !== null),
  );
  const table = new Table({
    head: ['hook', 'width', 'variant', 'coefficient', 'seeds', ...figures.map(({ head }) => head)],
    colAligns: ['left', 'right', 'left', 'left', 'right', ...figures.map(() => 'right' as const)],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) {
    table.push([
      row.hook,
      row.width,
      row.variant,
      row.coefficient,
      row.finishedSeeds === row.seeds ? row.seeds : `${row.finishedSeeds}/${row.seeds}`,
      ...figures.map(({ spread, digits }) => shown(spread(row), digits)),
    ]);
  }
  return table.toString();
}

function shown({ mean, deviation }: Spread, digits: number): string {
  if (mean === null) return '–';
  return deviation === null ? mean.toFixed(digits) : `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`;
}
