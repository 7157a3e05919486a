export type { Database, Db } from './connection/connect.ts';
export { openQueueConnection, type QueueConnection } from './connection/queue-connection.ts';
export { explainError } from './connection/explain-error.ts';
export { openDatabase, type OpenOptions } from './connection/open-database.ts';
export { stopEmbedded } from './embedded/server.ts';
export { locateFiles, type FilesPlace } from './files-place.ts';
export { mainFigures } from './main-figures.ts';
export { activationsById, upsertActivations, type ActivationsRow } from './queries/activations.ts';
export { silentSeconds } from './queries/silence.ts';
export { openClaims, type Claims } from './queries/claims.ts';
export { livingHolders } from './queries/dead-holders.ts';
export { clusterId } from './queries/cluster-id.ts';
export { enqueueRuns, type EnqueuedRun, type NewRun } from './queries/enqueue-runs.ts';
export {
  artifactsOf,
  figuresOf,
  histogramsOf,
  saveResult,
  type Artifact,
  type Histogram,
  type Result,
} from './queries/results.ts';
export {
  beginEvaluation,
  dropUnfinished,
  evaluatedSubjects,
  evaluationHistogramsOf,
  evaluationsOfRun,
  evaluationsOfSae,
  evaluationsOfSweep,
  evaluationsWithKey,
  finishEvaluation,
  finishEvaluations,
  type EvaluationIdentity,
  type EvaluationKey,
  type EvaluationRow,
  type MeasuredFigure,
} from './queries/evaluations.ts';
export {
  appendLatents,
  firingLatents,
  latentOf,
  latentsByDensity,
  type LatentRow,
  type NewLatent,
} from './queries/latents.ts';
export { featureEvaluationsOf, featuresOf, type FeatureEvaluation } from './queries/feature-evaluations.ts';
export {
  costOfExplanations,
  explainedLatents,
  isLatentExplained,
  saveExplanation,
  type NewLatentExplanation,
} from './queries/latent-explanations.ts';
export { appendProbes, type LatentProbeRow } from './queries/latent-probes.ts';
export {
  matchesAmong,
  matchesOfPair,
  orderedPair,
  storeMatches,
  type MatchSummary,
  type RunMatchSummary,
  type NewMatches,
} from './queries/matches.ts';
export { linkSaes, saeById, saesOfSweep, upsertSaes, type NewSae, type SaeRow } from './queries/saes.ts';
export { compareSubjects, isSameSubject, type SaeSubject } from './queries/subject.ts';
export type { Attempt } from './queries/fence.ts';
export {
  attemptClocks,
  attemptLogs,
  attemptsOfRun,
  secondsSinceAttempt,
  dateAttempt,
  reportAttempt,
  type AttemptEnd,
  type AttemptReport,
  type RunAttempt,
} from './queries/run-attempts.ts';
export {
  forgetResults,
  pendingRunsOf,
  queuedSweepsOf,
  requeueRuns,
  runStatesOf,
  settleSweep,
  type RunState,
} from './queries/queued-sweeps.ts';
export { offerSweep, standingOffers, withdrawOffer, type StandingOffer } from './queries/offers.ts';
export { livingWorkers, registerWorker, type NewWorker, type WorkerRow } from './queries/workers.ts';
export type { Curve, Curves } from './queries/curve.ts';
export { appendCurves, clearCurves, curvesOf } from './queries/curves.ts';
export {
  cancelRuns,
  cancelSweep,
  endCancelledRun,
  hashesOfRequeuedRuns,
  pendingRequests,
  requeuedRuns,
  retryRuns,
} from './queries/requests.ts';
export { HIGHEST_PRIORITY, prioritizeJobs, QUEUE_SCHEMA, setPriority } from './queries/priority.ts';
export { replaceResult, type Replacement } from './queries/replace-result.ts';
export { divergeRun, failRun, interruptRun, recordProgress, startRun } from './queries/run-lifecycle.ts';
export {
  runByHash,
  runById,
  runOnActivations,
  runsByHashes,
  runsOfSweep,
  type EvaluatedRun,
  type Run,
  type RunIdentity,
} from './queries/runs.ts';
export { storedFiles, type StoredFiles } from './queries/stored-files.ts';
export { runsByHashPrefix } from './queries/runs-by-hash-prefix.ts';
export { recallStore, rememberStore, storeLocations, type StorePlace } from './queries/stores.ts';
export {
  leaveSweep,
  listSweeps,
  setSweepStatus,
  sweepByDefinition,
  sweepById,
  sweepsOfRun,
  upsertSweep,
  type Sweep,
} from './queries/sweeps.ts';
export { listVariants, upsertVariant, type VariantRow } from './queries/variants.ts';
export type {
  AttemptReason,
  JsonObject,
  LogLine,
  RunError,
  RunStatus,
  SweepOffer,
  SweepStatus,
} from './schema/index.ts';
