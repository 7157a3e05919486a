import { bucketedCurves, type Db } from '@sae-lab/db/reading';
import { curvesIn, runLabel, type Keyed } from '@sae-lab/measures';
import type { CompareRow } from '../src/compare/compare-row.ts';
import type { CurveRun } from '../src/curves/curve-run.ts';
import type { CurveTable } from '../src/curves/curve-table.ts';

/** Curves of a report, and buckets of each. */
const MOST_CURVES = 4;
const BUCKETS = 200;

/** A curve of all runs that have it. */
export interface ReportCurve {
  readonly measure: Keyed;
  readonly table: CurveTable;
  readonly runs: readonly CurveRun[];
}

/** The first curves, in the order in which they are shown. */
export async function loadReportCurves(
  db: Db,
  rows: readonly CompareRow[],
  names: readonly string[],
): Promise<ReportCurve[]> {
  const runs = rows.map(curveRun);
  const runIds = rows.map(({ id }) => id);
  const curves: ReportCurve[] = [];
  for (const measure of curvesIn(names).slice(0, MOST_CURVES)) {
    const found = await bucketedCurves(db, { runIds, curve: measure.key, from: 0, buckets: BUCKETS });
    const series = [...found.curves].map(
      ([id, buckets]) => [id, { buckets, end: found.ends.get(id)! }] as const,
    );
    curves.push({ measure, runs, table: { size: found.size, runs: new Map(series) } });
  }
  return curves;
}

function curveRun({ id, variant, coefficient, seed, totalSteps, stepTokens, status }: CompareRow): CurveRun {
  return {
    id,
    label: `${runLabel({ variant, coefficient })}, seed ${seed}`,
    totalSteps,
    stepTokens,
    // The report draws curves over steps.
    stepSeconds: null,
    growing: status !== 'finished',
  };
}
