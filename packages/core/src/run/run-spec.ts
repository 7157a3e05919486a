import type { SaeLabError } from '@sae-lab/errors';
import type { ChosenDevice } from '@sae-lab/kernels';
import type { EvaluationSettings } from '../evaluation/evaluation-settings.ts';
import type { Histogram } from '../evaluation/histogram.ts';
import { hashOfValue } from '../files/content-hash.ts';
import type { SaeOrigin, SavedFile } from '../sae/saelens-format.ts';
import type { Curves } from '../training/curves.ts';
import type { ResolvedTraining } from '../training/training-settings.ts';
import type { Hyper, Variant } from '../variant/contract.ts';

/** Raised when training or evaluation computes something else than before; part of a run's identity. */
export const CORE_MATH_VERSION = 3;

/** All that decides a run's result, as JSON. Two runs of the same spec are the same run. */
export interface RunSpec {
  variant: { name: string; mathVersion: number };
  coreMathVersion: number;
  hyper: Hyper;
  /** TransformerLens name, e.g. `blocks.3.hook_resid_post`. */
  hook: string;
  /** Content hash of the activations: model, tokenizer, dataset, hook, settings. */
  activationsId: string;
  dSae: number;
  seed: number;
  training: ResolvedTraining;
  evaluation: EvaluationSettings;
}

/** A run's identity: sha256 of its spec, in hex. */
export function runHash(spec: RunSpec): string {
  return hashOfValue(spec);
}

export interface ExecuteRunArgs {
  spec: RunSpec;
  variant: Variant;
  activationsFolder: string;
  /** The run's own folder: its checkpoint while it trains, `sae/` when it has finished. */
  runFolder: string;
  origin: SaeOrigin;
  threads: number;
  /** A setting of the machine, no part of the run's identity: devices differ in rounding. Default 'cpu'. */
  device?: ChosenDevice;
  /** A checkpoint is written this often, and when the run is interrupted. Default 60. */
  checkpointSeconds?: number;
}

export interface RunControl {
  onEvent: (event: RunEvent) => void;
  /**
   * Asks the run to answer 'interrupted' soon: with a checkpoint after the current step, or of the trained state where
   * it is being evaluated.
   */
  signal: AbortSignal;
}

export type RunEvent =
  | { type: 'started'; totalSteps: number; lossConvention: string; backend: string }
  /** The run goes on from a checkpoint: `series` is all that it has logged so far, in the place of what was told. */
  | { type: 'resumed'; step: number; series: Curves }
  /** New points. */
  | { type: 'metrics'; series: Curves }
  | { type: 'warning'; message: string }
  | { type: 'progress'; step: number; totalSteps: number; tokensPerSecond: number; secondsLeft: number };

export type RunOutcome =
  | {
      status: 'finished';
      steps: number;
      /** Of training, without evaluation. */
      seconds: number;
      metrics: Record<string, number>;
      histograms: Record<string, Histogram>;
      /** The SAE's weights, their configuration and the densities of its latents. */
      artifacts: (SavedFile & { kind: 'sae' | 'config' | 'sparsity' })[];
    }
  | { status: 'interrupted'; step: number }
  | { status: 'diverged'; step: number; error: ReturnType<SaeLabError['toJSON']> };
