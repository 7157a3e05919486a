/**
 * What an evaluation is. Each one has a folder with a definition made by {@link defineEvaluation} and an entry in
 * `registry.ts`; sweep, database and dashboard know it only through this contract.
 */
import type { z } from 'zod';
import type { ActivationStore } from '../activations/index.ts';
import type { InferenceSae } from '../sae/inference-sae.ts';
import type { HeldOutText } from './held-out-text.ts';
import type { Histogram } from './histogram.ts';
import type { Interval } from './interval.ts';
import type { LatentFeatures } from './latent-features.ts';
import type { LatentProbe } from './latent-probe.ts';

/** An SAE under evaluation: of a run, of another project, or a baseline. */
export interface Subject {
  /** Identifies the SAE within the call, e.g. the hash of its run. */
  readonly id: string;
  /** For unscaled activations. */
  readonly sae: InferenceSae;
}

/**
 * What an evaluation reads besides the weights:
 *
 * - `weights`: nothing
 * - `activations`: the held-out activations of the hook
 * - `text`: the held-out documents and the language model. Synthetic and imported activations have neither.
 * - `truth`: the held-out activations, and the true features of synthetic ones
 */
type EvaluationNeed = 'weights' | 'activations' | 'text' | 'truth';

/** Held-out activations of a hook. */
export interface HeldOutActivations {
  readonly store: ActivationStore;
  /** Fraction of the documents that training held out. 0 evaluates on the training activations. */
  readonly holdout: number;
}

export interface EvaluationContext {
  /** Canonical name of the hook, e.g. `blocks.3.hook_resid_post`. */
  readonly hook: string;
  /** SAEs of this hook, evaluated in one pass over the data. All have the same dIn. */
  readonly saes: readonly Subject[];
  /** Present unless the evaluation needs the weights only. */
  readonly activations?: HeldOutActivations;
  /** Present if the evaluation needs text. */
  readonly text?: HeldOutText;
  /** Takes temporary files, e.g. graphs. */
  readonly dataDir: string;
  /** Threads of ONNX Runtime; by default one per core. */
  readonly threads?: number;
  /** Stops between two batches with `run.stopped`. */
  readonly signal?: AbortSignal;
  /** Called about once per batch. */
  readonly onProgress?: (progress: EvaluationProgress) => void;
  /** Called with sentences for the user. */
  readonly warn?: (sentence: string) => void;
  /**
   * Receives feature data, a bounded number of latents at a time, of one SAE after another. Only evaluations with
   * `features` call it.
   */
  readonly onFeatures?: (id: string, latents: readonly LatentFeatures[]) => Promise<void>;
  /** Receives probes of single latents in the same way. Only evaluations with `probes` call it. */
  readonly onProbes?: (id: string, probes: readonly LatentProbe[]) => Promise<void>;
}

export interface EvaluationProgress {
  readonly done: number;
  readonly total: number;
  /** What is counted, e.g. `tokens`. */
  readonly unit: string;
}

/** The result of one SAE. */
export interface EvaluationResult {
  /** By key of `@sae-lab/measures`. NaN: undefined on this data. */
  readonly figures: Readonly<Record<string, number>>;
  /** 95 % intervals over documents, of the figures that have one. */
  readonly intervals: Readonly<Record<string, Interval>>;
  readonly histograms: Readonly<Record<string, Histogram>>;
  /** Evaluated tokens; 0 for an evaluation of the weights alone. */
  readonly tokens: number;
  /** Documents that the tokens came from. */
  readonly documents: number;
}

export interface EvaluationDefinition<Settings extends object = object> {
  /** Lower case, e.g. `ce`; what `--only` and the sweep's `evaluation.also` name. */
  readonly name: string;
  /** Raised when the same input gives other results. Old rows stay. */
  readonly version: number;
  /** One sentence for help texts and the documentation. */
  readonly meaning: string;
  readonly needs: EvaluationNeed;
  /** Strict, with a default for each field. A field `maxTokens` is what `--tokens` sets. */
  readonly settings: z.ZodType<Settings>;
  /** The figures that it computes, keys of `FIGURES` in `@sae-lab/measures`. */
  readonly figures: readonly string[];
  /** The histograms that it computes, keys of `HISTOGRAMS`. */
  readonly histograms?: readonly string[];
  /** Whether it calls `onFeatures`. */
  readonly features?: true;
  /** Whether it calls `onProbes`. */
  readonly probes?: true;
  /**
   * Identity of data that the settings name, e.g. a labelled dataset; part of the evaluation's identity. The activations
   * and the held-out fraction are part of it anyway.
   */
  dataId?(settings: Settings, context: Pick<EvaluationContext, 'dataDir'>): Promise<string>;
  /**
   * Evaluates all SAEs of the context in one pass over the data. Memory is bounded by the settings. Deterministic: the same
   * context and settings give the same result, whichever SAEs share the pass.
   *
   * @returns a result for each SAE, in the same order
   * @throws {SaeLabError} `run.stopped`, and what the evaluation documents
   */
  evaluate(context: EvaluationContext, settings: Settings): Promise<EvaluationResult[]>;
}

/**
 * Types a definition.
 *
 * @example
 * export const geometry = defineEvaluation({
 *   name: 'geometry',
 *   version: 1,
 *   meaning: 'How the decoder rows lie to each other.',
 *   needs: 'weights',
 *   settings: z.strictObject({}),
 *   figures: ['decoder_norm'],
 *   evaluate: async ({ saes }) => saes.map(({ sae }) => geometryOf(sae)),
 * });
 */
export function defineEvaluation<const Name extends string, Settings extends object>(
  definition: EvaluationDefinition<Settings> & { readonly name: Name },
): EvaluationDefinition<Settings> & { readonly name: Name } {
  return definition;
}
