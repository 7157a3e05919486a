export {
  batchTopK,
  positive,
  threshold,
  topK,
  type Code,
  type CodeOps,
  type Selection,
} from './code/code.ts';
export { denseOps } from './code/dense-ops.ts';
export { sparseOps } from './code/sparse-ops.ts';
export { heaviside, jump } from './code/straight-through.ts';
export { detach } from './code/with-gradient.ts';
export { evaluateSae } from './evaluation/evaluate-sae.ts';
export { evaluationSettings, type EvaluationSettings } from './evaluation/evaluation-settings.ts';
export { hashOfFile, hashOfValue } from './files/content-hash.ts';
export { seeded } from './random/seeded.ts';
export { executeRun } from './run/execute-run.ts';
export { discardCheckpoint, hasCheckpoint } from './run/run-files.ts';
export {
  CORE_MATH_VERSION,
  runHash,
  type ExecuteRunArgs,
  type RunEvent,
  type RunOutcome,
  type RunSpec,
} from './run/run-spec.ts';
export { countHeldOut } from './run/run-rows.ts';
export { inferenceSae } from './sae/inference-sae.ts';
export { SAE_FILES, type SaeOrigin } from './sae/saelens-format.ts';
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
