export { BASELINES, type BaselineRequest } from './evaluation/baselines/registry.ts';
export type { EvaluationDefinition, EvaluationProgress, EvaluationResult } from './evaluation/contract.ts';
export { missingNeed, type MissingNeed } from './evaluation/missing-need.ts';
export { evaluateSae } from './evaluation/evaluate-sae.ts';
export {
  evaluationNamed,
  executeEvaluation,
  type EvaluationControl,
  type ExecuteEvaluationArgs,
} from './evaluation/execute-evaluation.ts';
export type { LatentExample, LatentFeatures, LatentText } from './evaluation/latent-features.ts';
export type { LatentProbe } from './evaluation/latent-probe.ts';
export {
  MATCHES_VERSION,
  matchSettings,
  type MatchedLatents,
  type MatchSettings,
  type SaeMatches,
} from './evaluation/matches/contract.ts';
export { executeMatches, type ExecuteMatchesArgs } from './evaluation/matches/execute-matches.ts';
export { matchRows, type RowMatches } from './evaluation/matches/match-rows.ts';
export { EVALUATIONS, type EvaluationRequest } from './evaluation/registry.ts';
export { hashOfSae, requireUsable, type SubjectSource } from './evaluation/subject-source.ts';
export { evaluationSettings, type EvaluationSettings } from './evaluation/evaluation-settings.ts';
export { hashOfFile, hashOfValue } from './files/content-hash.ts';
export { seeded } from './random/seeded.ts';
export { executeRun } from './run/execute-run.ts';
export {
  checkpointOf,
  discardCheckpoint,
  hasCheckpoint,
  placeOfCheckpoint,
  saeFolderOf,
  stepOfCheckpoint,
} from './run/run-files.ts';
export {
  CORE_MATH_VERSION,
  runHash,
  type ExecuteRunArgs,
  type RunEvent,
  type RunOutcome,
  type RunSpec,
} from './run/run-spec.ts';
export { countHeldOut } from './run/run-rows.ts';
export { loadForeignSae, type ForeignSae } from './sae/load-foreign-sae.ts';
export { parseSaeSource, pinnedSource, type SaeSource } from './sae/foreign/sae-files.ts';
export { computeRows, type ComputedRows } from './sae/compute-rows.ts';
export type { InferenceSae, SaeTensor } from './sae/inference-sae.ts';
export { SAE_FILES } from './sae/saelens-files.ts';
export { saveSae, type SaeOrigin } from './sae/saelens-format.ts';
export { FLOAT32_PROBLEM, fitsFloat32 } from './training/float32.ts';
export {
  MOST_STEPS,
  resolveTraining,
  totalSteps,
  trainingSettings,
  type TrainingInput,
  type TrainingSettings,
} from './training/training-settings.ts';
export { Trainer } from './training/trainer.ts';
export { freshState } from './training/trainer-state.ts';
export { denseMatrices } from './training/dense-matrices.ts';
export { fitsTraining, largestFitting, memoryNeeded, type TrainingSizes } from './training/memory-needed.ts';
export type { Hyper, Params, Variant } from './variant/contract.ts';
export type { Axis, Distribution, VariantGrid } from './variant/define-variant.ts';
