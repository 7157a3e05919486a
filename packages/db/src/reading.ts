/**
 * For readers of the database. Nothing here starts a server, so a bundler can include it.
 */
export { connectDatabase, type Database, type Db } from './connection/connect.ts';
export { watchRuns, type RunWatch } from './connection/watch-runs.ts';
export { explainError } from './connection/explain-error.ts';
export { locateFiles } from './files-place.ts';
export { mainFigures } from './main-figures.ts';
export { activationsById } from './queries/activations.ts';
export {
  archiveSweep,
  setRunNotes,
  setSweepNotes,
  tagsOfRun,
  tagsOfSweep,
  tagSweep,
  untagSweep,
} from './queries/annotations.ts';
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
  evaluationsOfSaes,
  evaluationsOfSweep,
  type EvaluationRow,
  type MeasuredFigure,
} from './queries/evaluations.ts';
export {
  countLatents,
  latentOf,
  latentsByDensity,
  latentSummaries,
  type LatentRow,
  type LatentSummary,
} from './queries/latents.ts';
export { describedLatents, latentsAfter } from './queries/latent-pages.ts';
export { featureEvaluationsOf, featuresOf, type FeatureEvaluation } from './queries/feature-evaluations.ts';
export {
  addLatentNote,
  deleteLatentNote,
  labelsOfLatents,
  notesOfLatent,
  type LatentNote,
} from './queries/latent-notes.ts';
export {
  writtenLabels,
  type LabelledRun,
  type WrittenKind,
  type WrittenLabel,
  type WrittenPlace,
} from './queries/written-labels.ts';
export { explanationsOfLatent, isExplained, type LatentExplanation } from './queries/latent-explanations.ts';
export {
  probesOfLatent,
  probesOfLatents,
  probingOf,
  type LatentProbeRow,
  type ProbeOfLatent,
  type ProbingEvaluation,
} from './queries/latent-probes.ts';
export type { LatentCursor, LatentOrder } from './queries/latent-table/latent-order.ts';
export {
  exportedLatents,
  firstLatents,
  latentNeighbours,
  latentTable,
  type LatentCounts,
  type LatentTableQuery,
  type ListedLatent,
} from './queries/latent-table/latent-table.ts';
export { latentTokens, type LatentTokens } from './queries/latent-tokens.ts';
export {
  countMatches,
  MATCH_LISTS,
  matchedLatents,
  type MatchCursor,
  type MatchedLatent,
  type MatchList,
  type MatchQuery,
} from './queries/matched-latents.ts';
export {
  glancesAt,
  matchesAmong,
  orderedPair,
  pairCosines,
  type LatentGlance,
  type MatchSummary,
  type RunMatchSummary,
  type PairCosines,
} from './queries/matches.ts';
export { deleteSweep, deletionOf, sharedRuns, type Deletion } from './queries/delete-sweep.ts';
export { HIGHEST_PRIORITY, setPriority } from './queries/priority.ts';
export { cancelRuns, cancelSweep, retryRuns, type Cancellation } from './queries/requests.ts';
export { listSaes, saeById, saesOfRuns, saesOfSweep, type SaeRow } from './queries/saes.ts';
export { finishedRuns, saesOfModel } from './queries/saes-of-model.ts';
export { compareSubjects, isSameSubject, type SaeSubject } from './queries/subject.ts';
export type { GroupCell, RunGroup } from './queries/run-table/group-cells.ts';
export type { Grouping } from './queries/run-table/group-of.ts';
export { groupedRuns, type GroupedPage } from './queries/run-table/grouped-runs.ts';
export type { Curve } from './queries/curve.ts';
export { curvesOf } from './queries/curves.ts';
export { countCurvePoints, curvePoints, type CurveWindow } from './queries/curve-points.ts';
export { bucketedCurves, type BucketedCurves } from './queries/bucketed-curves.ts';
export { curveTails, type CurveCursor, type CurveTail } from './queries/curve-tails.ts';
export { runsAfter } from './queries/run-table/run-keyset.ts';
export { runKeyValues } from './queries/run-table/key-values.ts';
export type { RunOrder } from './queries/run-table/run-order.ts';
export { summariseKey, type KeySummary } from './queries/run-table/summarise-key.ts';
export {
  runTable,
  runTableIds,
  runTableRows,
  type RunCell,
  type RunTablePage,
  type RunTableQuery,
  type RunTableRow,
} from './queries/run-table/run-table.ts';
export { runTableKeys, type StoredKey } from './queries/run-table/run-table-keys.ts';
export { tagRuns, untagRuns } from './queries/run-tags.ts';
export { deleteView, listSavedViews, renameView, saveView, type SavedView } from './queries/saved-views.ts';
export { runsByHashPrefix } from './queries/runs-by-hash-prefix.ts';
export { attemptsOf, runById, runsOfSweep, type EvaluatedRun, type Run } from './queries/runs.ts';
export {
  listSweeps,
  sizeOfSweep,
  sweepById,
  sweepsOfRun,
  sweepsOfSae,
  type Sweep,
  type SweepWithCounts,
} from './queries/sweeps.ts';
export {
  attemptClocks,
  attemptLogs,
  attemptsOfRun,
  type AttemptClock,
  type AttemptLog,
  type RunAttempt,
} from './queries/run-attempts.ts';
export { livingWorkers, type WorkerRow } from './queries/workers.ts';
export { listVariants, type VariantRow } from './queries/variants.ts';
export type { AttemptReason, LogLine, RunStatus } from './schema/index.ts';
