import {
  extractActivations,
  planActivations,
  planSynthesis,
  synthesizeActivations,
  type ActivationStore,
  type ExtractionOptions,
  type PlannedActivations,
} from '@sae-lab/core/extraction';
import type { SweepDefinition } from '../definition/sweep-input.ts';

/** Where a sweep's activations come from: a language model on documents, or a known dictionary. */
export interface ActivationsSource {
  /**
   * Says which activations the sweep needs, one for each hook.
   *
   * @param warn is told what the author should know of them
   */
  plan(warn: (sentence: string) => void): Promise<readonly PlannedActivations[]>;
  /** Makes those of these hooks, as far as they are not on disk, and opens them. */
  make(hooks: readonly string[], options: ExtractionOptions): Promise<readonly ActivationStore[]>;
}

export function activationsSource(
  definition: SweepDefinition,
  { dataDir, threads }: { dataDir: string; threads: number },
): ActivationsSource {
  const { holdout } = definition.evaluation;
  if (definition.model === undefined) {
    const { dataset } = definition;
    return {
      plan: async () => [await planSynthesis(dataset, dataDir, holdout)],
      make: async (_hooks, options) => [await synthesizeActivations(dataset, dataDir, options)],
    };
  }
  const { model: folder, dataset, hooks, activations: settings } = definition;
  const source = { kind: 'folder' as const, folder };
  const spec = { model: source, dataset, hooks, settings, dataDir, holdout, threads };
  return {
    plan: (warn) => planActivations(spec, warn),
    make: (wanted, options) => extractActivations({ ...spec, hooks: wanted }, options),
  };
}
