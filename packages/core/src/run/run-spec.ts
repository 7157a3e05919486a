import type { SaeLabError } from '@sae-lab/errors';
import type { ChosenDevice } from '@sae-lab/kernels';
import type { StreamedWindows, StreamPlace } from '../activations/index.ts';
import type { EvaluationSettings } from '../evaluation/evaluation-settings.ts';
import type { Histogram } from '../evaluation/histogram.ts';
import { hashOfValue } from '../files/content-hash.ts';
import type { SaeOrigin, SavedFile } from '../sae/saelens-format.ts';
import type { Curves } from '../training/curves.ts';
import type { ResolvedTraining } from '../training/training-settings.ts';
import type { Hyper, Variant } from '../variant/contract.ts';

/** Raised when training or evaluation computes different results; part of a run's identity. */
export const CORE_MATH_VERSION = 3;

/** Everything that affects a run's result, as JSON. Two runs with the same spec are the same run. */
export interface RunSpec {
  variant: { name: string; mathVersion: number };
  coreMathVersion: number;
  hyper: Hyper;
  /** TransformerLens name, e.g. `blocks.3.hook_resid_post`, or a module path. */
  hook: string;
  /** Content hash of the activations: model, tokenizer, dataset, hook, settings. */
  activationsId: string;
  dSae: number;
  seed: number;
  training: ResolvedTraining;
  evaluation: EvaluationSettings;
}

/** A run's identity: the sha256 of its spec, in hex. */
export function runHash(spec: RunSpec): string {
  return hashOfValue(spec);
}

export interface ExecuteRunArgs {
  spec: RunSpec;
  variant: Variant;
  /** The activations; while they are streamed, those of the first window. */
  activationsFolder: string;
  /** Set while activations are streamed. */
  stream?: StreamedWindows;
  /** The run's own folder. Holds its checkpoint during training and `sae/` afterwards. */
  runFolder: string;
  origin: SaeOrigin;
  threads: number;
  /** Where to train. Not part of the run's identity, although devices round differently. Default 'cpu'. */
  device?: ChosenDevice;
  /** Seconds between checkpoints. One is also written when the run is stopped. Default 60. */
  checkpointSeconds?: number;
}

export interface RunControl {
  onEvent: (event: RunEvent) => void;
  /**
   * Stops the run, which then returns 'interrupted'. During training it finishes the current step and writes a
   * checkpoint; during evaluation it finishes the current batch, and the trained state has its checkpoint already.
   */
  signal: AbortSignal;
  /**
   * Called before each file is written. The run waits for it.
   *
   * @throws if the run may no longer write, because another process has taken it over
   */
  beforeWrite?: () => void | Promise<void>;
}

export type RunEvent =
  | { type: 'started'; totalSteps: number; lossConvention: string; backend: string }
  /** The run resumed from a checkpoint. `curves` replaces every point reported before. */
  | { type: 'resumed'; step: number; curves: Curves }
  /** New points of the curves. */
  | { type: 'curves'; curves: Curves }
  /** The run's folder has a new checkpoint, of this many steps. */
  | { type: 'checkpoint'; step: number }
  | { type: 'warning'; message: string }
  | { type: 'progress'; step: number; totalSteps: number; tokensPerSecond: number; secondsLeft: number };

export type RunOutcome =
  | {
      status: 'finished';
      steps: number;
      /** Training time, without the evaluation. */
      seconds: number;
      figures: Record<string, number>;
      histograms: Record<string, Histogram>;
      /** Saved files: weights, configuration and latent densities. */
      artifacts: (SavedFile & { kind: 'sae' | 'config' | 'sparsity' })[];
    }
  | { status: 'interrupted'; step: number }
  /** The run needs a window that is not on disk yet. It has a checkpoint and continues there. */
  | { status: 'paused'; step: number; next: StreamPlace }
  | { status: 'diverged'; step: number; error: ReturnType<SaeLabError['toJSON']> };
