export type { Evaluation } from './evaluation/evaluate.ts';
export { evaluateSae } from './evaluation/evaluate-sae.ts';
export type { Histogram } from './evaluation/histogram.ts';
export { evaluationSettings, type EvaluationSettings } from './evaluation/settings.ts';
export { canonicalJson, hashOfFile, hashOfValue } from './files/content-hash.ts';
export { readSafetensors, writeSafetensors, type FileTensor } from './files/safetensors.ts';
export { asWriteError, writeAtomic } from './files/write-atomic.ts';
export { seeded, shuffle } from './random/seeded.ts';
export { discardCheckpoint, executeRun, hasCheckpoint, type ExecuteRunArgs } from './run/execute-run.ts';
export { CORE_MATH_VERSION, runId, type RunEvent, type RunOutcome, type RunSpec } from './run/run-spec.ts';
export { countHeldOut } from './run/split.ts';
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
export type { Hyper, Params, Variant } from './variant/contract.ts';
export type { Axis, Distribution, VariantGrid } from './variant/define-variant.ts';
