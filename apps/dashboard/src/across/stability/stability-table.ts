import { figureText, headingOf, integer, MATCH_FIGURES, NOTHING, type Measure } from '@sae-lab/measures';
import type { ExportedTable } from '../../export/exported-table.ts';
import type { PairMean } from './pair-interval.ts';
import { STABILITY, type StabilityMeasure, type StabilityRow } from './stability-rows.ts';

type Described = Pick<ExportedTable, 'name' | 'caption'>;

/** E.g. `0.812 [0.790, 0.834]`. */
export function intervalText(measure: Measure, mean: PairMean | undefined): string {
  if (mean === undefined) return NOTHING;
  const [value, low, high] = [mean.mean, mean.low, mean.high].map((one) => figureText(measure, one));
  return mean.low === null ? value! : `${value} [${low}, ${high}]`;
}

/** A row for each configuration. */
export function stabilityTable(rows: readonly StabilityRow[], described: Described): ExportedTable {
  const columns = columnsOf(rows);
  return {
    ...described,
    records: rows.map((row) => ({
      variant: row.versionedVariant,
      coefficient: row.coefficient,
      hook: row.hook,
      width: row.width,
      seeds: row.seeds,
      pairs: row.pairs.length,
      ...Object.fromEntries(
        STABILITY.flatMap((measure) => [
          [measure, row.means[measure]?.mean ?? null],
          [`${measure}_low`, row.means[measure]?.low ?? null],
          [`${measure}_high`, row.means[measure]?.high ?? null],
        ]),
      ),
      random_match_one_to_one: row.random.match_one_to_one,
      random_match_best: row.random.match_best,
    })),
    headings: columns.map(({ heading }) => heading),
    rows: rows.map((row) => columns.map(({ textOf }) => textOf(row))),
    numeric: columns.map(({ numeric = true }) => numeric),
  };
}

interface Column {
  readonly heading: string;
  readonly textOf: (row: StabilityRow) => string;
  readonly numeric?: false;
}

/** Hooks only where there are several. What is random stands next to what it is compared with. */
function columnsOf(rows: readonly StabilityRow[]): readonly Column[] {
  const random: Column = {
    heading: 'Random',
    textOf: (row) => figureText(MATCH_FIGURES.match_one_to_one, row.random.match_one_to_one),
  };
  return [
    { heading: 'Configuration', textOf: ({ label }) => label, numeric: false },
    ...(new Set(rows.map(({ hook }) => hook)).size > 1
      ? [{ heading: 'Hook', textOf: ({ hook }: StabilityRow) => hook, numeric: false } as const]
      : []),
    { heading: 'Width', textOf: ({ width }) => String(width) },
    { heading: 'Seeds', textOf: ({ seeds }) => integer(seeds) },
    { heading: 'Pairs', textOf: ({ pairs }) => integer(pairs.length) },
    ...STABILITY.flatMap((measure): Column[] => [
      {
        heading: `${headingOf(MATCH_FIGURES[measure])} [95 %]`,
        textOf: ({ means }) => intervalText(MATCH_FIGURES[measure], means[measure]),
      },
      ...(measure === 'match_one_to_one' ? [random] : []),
    ]),
  ];
}

/** A row for each pair of seeds of a configuration. */
export function pairsTable(row: StabilityRow, described: Described): ExportedTable {
  const value = (measure: StabilityMeasure, of: number | null | undefined) =>
    figureText(MATCH_FIGURES[measure], of ?? null);
  return {
    ...described,
    records: row.pairs.map(({ a, b, seedA, seedB, figures }) => ({
      run_a: a,
      run_b: b,
      seed_a: seedA,
      seed_b: seedB,
      ...Object.fromEntries(STABILITY.map((measure) => [measure, figures[measure] ?? null])),
    })),
    headings: ['Seeds', ...STABILITY.map((measure) => headingOf(MATCH_FIGURES[measure]))],
    rows: row.pairs.map(({ seedA, seedB, figures }) => [
      `${seedA} and ${seedB}`,
      ...STABILITY.map((measure) => value(measure, figures[measure])),
    ]),
    numeric: [false, ...STABILITY.map(() => true)],
  };
}
