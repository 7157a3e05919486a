import type {
  Axis,
  BaselineRequest,
  EvaluationRequest,
  EvaluationSettings,
  TrainingInput,
  VariantGrid,
  evaluationSettings,
} from '@sae-lab/core';
import type {
  DatasetSpec,
  DatasetSpecInput,
  Dtype,
  ImportedSpec,
  ImportedSpecInput,
  SyntheticSpec,
  SyntheticSpecInput,
} from '@sae-lab/core/activations';
import type { z } from 'zod';
import type { Combination } from './combinations.ts';
import type { BaselineEntry, Requested, SaeEntry } from './requests.ts';
import type { ActivationsInput, ActivationsSettings } from './schema.ts';

/** Fields of every sweep, wherever its activations come from. */
interface CommonInput {
  /** Name of the sweep in tables and in the dashboard. */
  name: string;
  /** Variants to train, e.g. `[topk({ k: [16, 32] }), reluL1({ l1: logUniform(0.01, 1) })]`. */
  variants: readonly VariantGrid[];
  /** Numbers of latents. */
  widths: readonly number[];
  /** Each configuration is trained once with each seed. */
  seeds: readonly number[];
  /** How each run is trained. `learningRate` may be an axis of the sweep. */
  training: Omit<TrainingInput, 'learningRate'> & { learningRate?: Axis<number> };
  /** How each SAE is evaluated on held-out activations. */
  evaluation?: z.input<typeof evaluationSettings> & {
    /** Further evaluations of each SAE after training. They do not change the runs' identity. */
    also?: readonly EvaluationRequest[];
  };
  /** What the runs are compared with on each hook, e.g. `['identity', 'mean', sae('./folder')]`. */
  baselines?: readonly (BaselineRequest | SaeEntry)[];
  /** Number of draws. Required if the sweep has a distribution. */
  samples?: number;
  /** Seed of the draws, unrelated to the seeds of the runs. Default: 0. */
  sampleSeed?: number;
}

/** A model with a choice of its files. */
export interface ModelChoice {
  /** Its name on the Hugging Face hub, or the path of a folder, which starts with `.` or `/`. */
  id: string;
  /** A branch, a tag or a commit on the hub. @default 'main' */
  revision?: string | undefined;
  /** The variant of its ONNX graph, by the names of transformers.js. @default 'fp32', or 'fp16' if there is no other */
  dtype?: Dtype | undefined;
}

/** A sweep on a language model's activations. Paths are absolute or relative to the experiment's file. */
export interface ModelSweepInput extends CommonInput {
  /**
   * The language model: its name on the Hugging Face hub, e.g. `EleutherAI/pythia-70m-deduped`, or a folder with the same
   * layout, whose path starts with `.` or `/`. `{ id, revision, dtype }` names a branch, a tag or a commit on
   * the hub, and the variant of an exported graph, such as `fp16` or `q8`.
   */
  model: string | ModelChoice;
  /**
   * The documents: the name of a dataset on the Hugging Face hub, e.g. `NeelNanda/pile-10k`, or the path of a file, a folder
   * or a glob, which starts with `.` or `/`. An object says more: its config, split and text column, or how many documents.
   */
  dataset: string | DatasetSpecInput;
  /** Where to read the model's activations: TransformerLens names or module paths, or globs (`blocks.*.hook_mlp_out`). */
  hooks: readonly string[];
  /** How activations are extracted from the model and stored. */
  activations?: ActivationsInput;
}

/** A sweep on synthetic activations of a known dictionary. It has no model, hooks or extraction. */
export interface SyntheticSweepInput extends CommonInput {
  dataset: SyntheticSpecInput;
  model?: never;
  hooks?: never;
  activations?: never;
}

/** A sweep on activations that another program computed. It has no model, hooks or extraction. */
interface ImportedSweepInput extends CommonInput {
  dataset: ImportedSpecInput;
  model?: never;
  hooks?: never;
  activations?: never;
}

/** What an experiment passes to `defineSweep`. docs/reference.md lists every setting. */
export type SweepInput = ModelSweepInput | SyntheticSweepInput | ImportedSweepInput;

interface CommonDefinition {
  readonly name: string;
  readonly widths: readonly number[];
  readonly seeds: readonly number[];
  readonly evaluation: EvaluationSettings & { readonly also: readonly Requested[] };
  readonly baselines: readonly BaselineEntry[];
  /** Trained for every hook, width and seed, in this order. */
  readonly combinations: readonly Combination[];
}

interface ModelDefinition extends CommonDefinition {
  readonly model: string | ModelChoice;
  readonly dataset: DatasetSpec;
  readonly hooks: readonly string[];
  readonly activations: ActivationsSettings;
}

/** A sweep without a language model. */
interface ModelFreeDefinition extends CommonDefinition {
  readonly model?: undefined;
  readonly dataset: SyntheticSpec | ImportedSpec;
  readonly hooks?: undefined;
  readonly activations?: undefined;
}

/** A sweep whose fields are checked and whose axes are multiplied out. Checks that need the model come later. */
export type SweepDefinition = ModelDefinition | ModelFreeDefinition;
