import type { RunStatus } from '@sae-lab/db/reading';
import { spreadOf, type Spread } from '@sae-lab/measures';
import type { RunRow, ShownMetric } from './run-row.ts';

/** A line of the table and a point of the plot: one run, or the runs that differ by their seed only. */
export interface Entry extends Pick<
  RunRow,
  'variant' | 'mathVersion' | 'coefficient' | 'coefficientValue' | 'hook' | 'width'
> {
  readonly key: string;
  readonly runs: readonly RunRow[];
  readonly counts: Readonly<Partial<Record<RunStatus, number>>>;
  /** Training steps done and to do, of all runs; null while unknown. */
  readonly step: number;
  readonly totalSteps: number | null;
  readonly metrics: Readonly<Record<ShownMetric | 'seconds', Spread>>;
}

export function entriesOf(rows: readonly RunRow[], overSeeds: boolean): Entry[] {
  const groups = Map.groupBy(rows, (row) =>
    overSeeds ? `configuration ${row.configuration}` : `run ${row.id}`,
  );
  return [...groups].map(([key, runs]) => {
    const { variant, mathVersion, coefficient, coefficientValue, hook, width } = runs[0]!;
    const metric = (name: ShownMetric) => spreadOf(runs.map(({ metrics }) => metrics[name]));
    const totals = runs.map(({ totalSteps }) => totalSteps);
    return {
      key,
      runs,
      variant,
      mathVersion,
      coefficient,
      coefficientValue,
      hook,
      width,
      counts: countBy(runs),
      step: runs.reduce((sum, { step }) => sum + step, 0),
      totalSteps: totals.includes(null) ? null : totals.reduce<number>((sum, total) => sum + (total ?? 0), 0),
      metrics: {
        l0: metric('l0'),
        explained_variance: metric('explained_variance'),
        mse: metric('mse'),
        cosine: metric('cosine'),
        l2_ratio: metric('l2_ratio'),
        dead_fraction: metric('dead_fraction'),
        mmcs: metric('mmcs'),
        recovered: metric('recovered'),
        seconds: spreadOf(runs.map(({ seconds }) => seconds)),
      },
    };
  });
}

function countBy(runs: readonly RunRow[]): Partial<Record<RunStatus, number>> {
  const counts: Partial<Record<RunStatus, number>> = {};
  for (const { status } of runs) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
