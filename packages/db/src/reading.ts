/**
 * For readers of the database. Nothing here starts a server, so a bundler can include it.
 */
export { connectDatabase, type Database, type Db } from './connection/connect.ts';
export { watchRuns, type RunWatch } from './connection/watch-runs.ts';
export { explainError } from './connection/explain-error.ts';
export { locateFiles } from './files-place.ts';
export { mainFigures } from './main-figures.ts';
export { activationsById } from './queries/activations.ts';
export { runsVersion, runVersion, sweepsVersion, sweepVersion } from './queries/changes.ts';
export { artifactsOf, figuresOf, histogramsOf, type Histogram } from './queries/results.ts';
export {
  comparedHistograms,
  comparedRuns,
  curveNames,
  histogramNames,
  type ComparedRun,
  type ComparedSelection,
} from './queries/compared-runs.ts';
export {
  evaluationHistogramsOf,
  evaluationsOfRun,
  evaluationsOfSae,
  evaluationsOfSweep,
  type EvaluationRow,
  type MeasuredFigure,
} from './queries/evaluations.ts';
export {
  countLatents,
  latentOf,
  latentsByDensity,
  type LatentRow,
  type LatentSummary,
} from './queries/latents.ts';
export { saesOfSweep, type SaeRow } from './queries/saes.ts';
export { bucketedCurves, type BucketedCurves } from './queries/bucketed-curves.ts';
export { curveTails, type CurveCursor, type CurveTail } from './queries/curve-tails.ts';
export { runKeyValues } from './queries/run-table/key-values.ts';
export {
  runTable,
  runTableRows,
  type RunCell,
  type RunOrder,
  type RunTablePage,
  type RunTableRow,
} from './queries/run-table/run-table.ts';
export { runTableKeys, type StoredKey } from './queries/run-table/run-table-keys.ts';
export { tagRuns, untagRuns } from './queries/run-tags.ts';
export { deleteView, listSavedViews, saveView, type SavedView } from './queries/saved-views.ts';
export { runsByHashPrefix } from './queries/runs-by-hash-prefix.ts';
export { attemptsOf, runById, runsOfSweep, type EvaluatedRun, type Run } from './queries/runs.ts';
export { listSweeps, sizeOfSweep, sweepById, sweepsOfRun, type SweepWithCounts } from './queries/sweeps.ts';
export { listVariants, type VariantRow } from './queries/variants.ts';
export type { RunStatus } from './schema/index.ts';
