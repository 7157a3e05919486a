export type { Code, CodeOps } from './codes/code.ts';
export { select, type Selection } from './codes/selection.ts';
export { heaviside, jump } from './codes/straight-through.ts';
export { detach } from './codes/with-gradient.ts';
export type { Evaluation } from './evaluation/evaluate.ts';
export { evaluateSae } from './evaluation/evaluate-sae.ts';
export type { Histogram } from './evaluation/histogram.ts';
export { evaluationSettings, type EvaluationSettings } from './evaluation/settings.ts';
export { canonicalJson, hashOfFile, hashOfValue } from './files/content-hash.ts';
export { readSafetensors, writeSafetensors, type FileTensor } from './files/safetensors.ts';
export { asWriteError, writeAtomic } from './files/write-atomic.ts';
export { seeded, shuffle, type Random } from './random/seeded.ts';
export { discardCheckpoint, executeRun, hasCheckpoint, type ExecuteRunArgs } from './run/execute-run.ts';
export { CORE_MATH_VERSION, runId, type RunEvent, type RunOutcome, type RunSpec } from './run/run-spec.ts';
export { countHeldOut } from './run/split.ts';
export { inferenceSae, type InferenceSae, type SaeTensor } from './sae/inference-sae.ts';
export { loadSae, SAE_FILES, type SaeOrigin } from './sae/saelens-format.ts';
export { FLOAT32_PROBLEM, fitsFloat32 } from './training/float32.ts';
export {
  MOST_STEPS,
  resolveTraining,
  totalSteps,
  trainingSettings,
  type ResolvedTraining,
  type TrainingInput,
  type TrainingSettings,
} from './training/settings.ts';
export { freshState, Trainer } from './training/trainer.ts';
export { denseMatrices } from './training/dense-matrices.ts';
export { fitsTraining, largestFitting, trainingRoom, type TrainingSizes } from './training/training-room.ts';
export type {
  Context,
  DeadLatents,
  Encoded,
  HostTensors,
  Hyper,
  InitArgs,
  LossArgs,
  LossTerm,
  OptimizerDefaults,
  Params,
  Roles,
  State,
  Variant,
} from './variant/contract.ts';
export { sweepable, type Axis, type Distribution, type Grid, type VariantGrid } from './variant/grid.ts';
export { auxK, auxSelection } from './variant/aux-k.ts';
export {
  encodeBatchTopK,
  initialThreshold,
  nextThreshold,
  withThreshold,
  type ThresholdState,
} from './variant/batch-threshold.ts';
export { requireAtMostWidth } from './variant/validate.ts';
export {
  fittedParams,
  geometricMedian,
  randomDirections,
  tiedParams,
  uniformTensor,
} from './variant/init.ts';
export { adamByWidth, auxWeight, standardRoles, type StandardParams } from './variant/standard.ts';
export { rowNorms } from './variant/row-norms.ts';
export { linearReconstructionLoss, reconstructionLoss, squaredError } from './variant/reconstruction-loss.ts';
