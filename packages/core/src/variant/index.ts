/**
 * Everything that variant authors import. Variants import this module, tfjs and zod only, never the trainer.
 *
 * Start from `defineVariant`; docs/adding-a-variant.md shows the smallest variant that trains.
 */
export { SaeLabError } from '@sae-lab/errors';
export type { Code, CodeOps, CodesOf, EncodeArgs } from '../codes/code.ts';
export { select, type Selection, type Selections } from '../codes/selection.ts';
export { heaviside, jump } from '../codes/straight-through.ts';
export { detach, withGradient } from '../codes/with-gradient.ts';
export type { Random } from '../random/seeded.ts';
export { inferenceSae, type InferenceSae, type SaeTensor } from '../sae/inference-sae.ts';
export { auxK, auxSelection, auxWeight } from './aux-k.ts';
export { batchTopKCode, batchTopKHyper } from './batch-topk-code.ts';
export type {
  Context,
  CurveDescription,
  DeadLatents,
  Encoded,
  HostTensors,
  Hyper,
  InitArgs,
  LogArgs,
  LossArgs,
  LossTerm,
  NoState,
  OptimizerDefaults,
  Params,
  Progress,
  Roles,
  State,
  Variant,
  VariantDefinition,
} from './contract.ts';
export { defineVariant, type Grid, type SweepableVariant, type VariantGrid } from './define-variant.ts';
export { fittedParams, geometricMedian, randomDirections, tiedParams, uniformTensor } from './init.ts';
export { linearReconstructionLoss, reconstructionLoss, squaredError } from './reconstruction-loss.ts';
export { rowNorms } from './row-norms.ts';
export { adamByWidth, standardRoles, type StandardParams } from './standard.ts';
export { requireAtMostWidth } from './validate.ts';
