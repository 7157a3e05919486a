import type { RunSpec } from '@sae-lab/core';
import type { PlannedActivations } from '@sae-lab/core/activations';
import type { Combination } from '../definition/combinations.ts';
import type { Experiment } from '../definition/load-experiment.ts';
import type { PlannedSae } from './plan-saes.ts';
import type { ActivationsSource } from './activations-source.ts';
import type { StoreChoice } from './choose-store.ts';

/** One run of a sweep, before it is trained. */
export interface PlannedRun {
  readonly spec: RunSpec;
  /** sha256 of the spec: the identity of the run, in every sweep. */
  readonly runHash: string;
  /** Number of latents: `dSae` of the spec, which everything but the mathematics calls the width. */
  readonly width: number;
  /** As written by the author, before the variant's defaults. */
  readonly combination: Combination;
  readonly activations: PlannedActivations;
}

export interface SweepPlan {
  readonly experiment: Experiment;
  /** Each run once, in the order of training. */
  readonly runs: readonly PlannedRun[];
  /** The SAEs that the runs are compared with, by hook. */
  readonly saes: readonly PlannedSae[];
  readonly source: ActivationsSource;
  /** Whether activations are kept on disk or streamed, and why. */
  readonly store: StoreChoice;
  /** How the plan differs from the definition, one sentence each. */
  readonly warnings: readonly string[];
  /** Identity of the sweep: its name and its runs. */
  readonly definitionHash: string;
}
