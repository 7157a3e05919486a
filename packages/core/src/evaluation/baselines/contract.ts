/**
 * What a baseline is: a reconstruction that no training found, e.g. the identity. Runs are compared with it. Each one has a
 * file with a definition made by {@link defineBaseline} and an entry in `registry.ts`.
 */
import type { z } from 'zod';
import type { ActivationStore } from '../../activations/index.ts';
import type { InferenceSae } from '../../sae/inference-sae.ts';

interface BaselineContext {
  /** The activations of the hook. A baseline may use the training rows only. */
  readonly store: ActivationStore;
  /** Fraction of the documents that training held out. */
  readonly holdout: number;
  /** Stops between two batches with `run.stopped`. */
  readonly signal?: AbortSignal | undefined;
}

export interface BaselineDefinition<Settings extends object = object> {
  /** Lower case, e.g. `identity`; what the sweep's `baselines` names. */
  readonly name: string;
  /** Raised when the same settings give another SAE; part of the baseline's identity. */
  readonly version: number;
  /** One sentence for the documentation. */
  readonly meaning: string;
  /** Strict, with a default for each field. */
  readonly settings: z.ZodType<Settings>;
  /** The number of latents, for tables. */
  width(dIn: number, settings: Settings): number;
  /**
   * Deterministic: the same activations and settings give the same SAE.
   *
   * @throws {SaeLabError} `run.stopped`
   */
  make(context: BaselineContext, settings: Settings): Promise<InferenceSae>;
}

/** Types a definition. */
export function defineBaseline<const Name extends string, Settings extends object>(
  definition: BaselineDefinition<Settings> & { readonly name: Name },
): BaselineDefinition<Settings> & { readonly name: Name } {
  return definition;
}
