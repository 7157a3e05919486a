import {
  activationsById,
  comparedRuns,
  curveNames,
  evaluationsOfSweep,
  listSweeps,
  listVariants,
  saesOfSweep,
  tagsOfSweep,
  type ComparedRun,
  type Db,
  type EvaluationRow,
  type SaeRow,
  type SweepWithCounts,
  type VariantRow,
  type WrittenLabel,
} from '@sae-lab/db/reading';
import { expectedName, SaeLabError } from '@sae-lab/errors';
import { compareRows, type CompareRow } from '../src/compare/compare-row.ts';
import { configFields, type ConfigFields } from '../src/compare/config-fields.ts';
import type { CompareReference } from '../src/compare/references/compare-reference.ts';
import { loadReferences } from '../src/compare/references/load-references.ts';
import { loadReportCurves, type ReportCurve } from './load-report-curves.ts';
import { loadReportLabels } from './load-report-labels.ts';
import { loadReportLatents, type SaeLatents } from './load-report-latents.ts';

/** Runs of a report. A browser sorts no more rows at once. */
const MOST_RUNS = 5000;

/** Everything that a report of a sweep says. */
export interface Report {
  readonly sweep: SweepWithCounts;
  readonly tags: readonly string[];
  readonly runs: readonly ComparedRun[];
  readonly rows: readonly CompareRow[];
  readonly fields: ConfigFields;
  readonly variants: readonly VariantRow[];
  readonly references: readonly CompareReference[];
  readonly saes: readonly SaeRow[];
  readonly evaluations: readonly EvaluationRow[];
  readonly activations: readonly NonNullable<Awaited<ReturnType<typeof activationsById>>>[];
  readonly curves: readonly ReportCurve[];
  readonly latents: readonly SaeLatents[];
  /** The newest first. */
  readonly labels: readonly WrittenLabel[];
  /** Data folders that the sweep was trained in, which the report must not name. */
  readonly folders: readonly string[];
}

/**
 * Reads a sweep.
 *
 * @param name or id
 * @param latents number of latents of each SAE
 * @throws {SaeLabError} `report.unknown-sweep`, `report.too-many-runs`, `db.*`
 */
export async function loadReport(db: Db, name: string, latents: number): Promise<Report> {
  const sweep = await sweepNamed(db, name);
  const runs = await comparedRuns(db, { sweepId: sweep.id }, MOST_RUNS + 1);
  if (runs.length > MOST_RUNS) {
    throw new SaeLabError('report.too-many-runs', {
      problem: 'the sweep has too many runs for a report',
      field: 'sweep',
      expected: `at most ${MOST_RUNS} runs`,
      received: name,
      fix: 'Export the table of its runs from the dashboard.',
    });
  }
  const variants = await listVariants(db);
  const fields = configFields(runs);
  const rows = compareRows(runs, variants, fields);
  const evaluations = await evaluationsOfSweep(db, sweep.id);
  const activationIds = [...new Set(runs.map(({ activationsId }) => activationsId))];
  const activations = await Promise.all(activationIds.map((id) => activationsById(db, id)));
  return {
    sweep,
    tags: await tagsOfSweep(db, sweep.id),
    runs,
    rows,
    fields,
    variants,
    references: await loadReferences(db, runs, sweep.id),
    saes: await saesOfSweep(db, sweep.id),
    evaluations,
    activations: activations.filter((found) => found !== undefined),
    curves: await loadReportCurves(
      db,
      rows,
      await curveNames(
        db,
        rows.map(({ id }) => id),
      ),
    ),
    latents: await loadReportLatents(db, rows, evaluations, latents),
    labels: await loadReportLabels(db, sweep.id),
    folders: runs.flatMap(({ provenance }) =>
      typeof provenance?.['dataDir'] === 'string' ? [provenance['dataDir']] : [],
    ),
  };
}

async function sweepNamed(db: Db, name: string): Promise<SweepWithCounts> {
  const sweeps = await listSweeps(db);
  const found = sweeps.find((sweep) => sweep.name === name) ?? sweeps.find(({ id }) => String(id) === name);
  if (found !== undefined) return found;
  throw new SaeLabError('report.unknown-sweep', {
    problem: 'the database has no sweep of this name',
    field: 'sweep',
    expected: expectedName(name, [...new Set(sweeps.map((sweep) => sweep.name))]),
    received: name,
    fix: 'Copy the name from `pnpm dashboard`, and give the same --data as `pnpm sweep`.',
  });
}
