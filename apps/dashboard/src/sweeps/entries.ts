import type { RunStatus } from '@sae-lab/db/reading';
import { ALL_FIGURES, spreadOf, type FigureKey, type Spread } from '@sae-lab/measures';
import type { RunRow } from './run-row.ts';

/** A row of the table and a point of the plot: one run, or the runs that differ only in their seed. */
export interface Entry extends Pick<
  RunRow,
  'variant' | 'versionedVariant' | 'coefficient' | 'coefficientValue' | 'hook' | 'width'
> {
  readonly key: string;
  readonly runs: readonly RunRow[];
  readonly counts: Readonly<Partial<Record<RunStatus, number>>>;
  /** Training steps completed and planned, a mean over the runs; null while a total is unknown. */
  readonly step: number;
  readonly totalSteps: number | null;
  readonly figures: Readonly<Record<FigureKey, Spread>>;
  readonly seconds: Spread;
}

export function entriesOf(rows: readonly RunRow[], overSeeds: boolean): Entry[] {
  const groups = Map.groupBy(rows, (row) =>
    overSeeds ? `configuration ${row.configuration}` : `run ${row.id}`,
  );
  return [...groups].map(([key, runs]) => {
    const { variant, versionedVariant, coefficient, coefficientValue, hook, width } = runs[0]!;
    const totals = runs.map(({ totalSteps }) => totalSteps);
    const spread = (figure: FigureKey): Spread => spreadOf(runs.map(({ figures }) => figures[figure]));
    return {
      key,
      runs,
      variant,
      versionedVariant,
      coefficient,
      coefficientValue,
      hook,
      width,
      counts: countBy(runs),
      step: Math.floor(runs.reduce((sum, { step }) => sum + step, 0) / runs.length),
      totalSteps: totals.includes(null)
        ? null
        : Math.round(totals.reduce<number>((sum, total) => sum + (total ?? 0), 0) / runs.length),
      figures: Object.fromEntries(
        ALL_FIGURES.map((figure) => [figure.key, spread(figure.key as FigureKey)]),
      ) as Record<FigureKey, Spread>,
      seconds: spreadOf(runs.map(({ seconds }) => seconds)),
    };
  });
}

/** The number of runs in each status. */
export function countBy(runs: readonly RunRow[]): Partial<Record<RunStatus, number>> {
  const counts: Partial<Record<RunStatus, number>> = {};
  for (const { status } of runs) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
