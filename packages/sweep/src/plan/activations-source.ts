import {
  extractActivations,
  planActivations,
  planSynthesis,
  synthesizeActivations,
  type ActivationStore,
  type ExtractionOptions,
  type PlannedActivations,
} from '@sae-lab/core/activations';
import { SaeLabError } from '@sae-lab/errors';
import type { SweepDefinition } from '../definition/sweep-input.ts';

/** Source of a sweep's activations: a language model that reads documents, or a known dictionary. */
export interface ActivationsSource {
  /**
   * The activations that the sweep needs, one set per hook.
   *
   * @param warn receives sentences for the author
   */
  plan(warn: (sentence: string) => void): Promise<readonly PlannedActivations[]>;
  /** Extracts the activations of these hooks that are not on disk yet, and opens all of them. */
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
  const planned = new Set<string>();
  return {
    async plan(warn) {
      const activations = await planActivations(spec, warn);
      for (const { id } of activations) planned.add(id);
      return activations;
    },
    async make(wanted, options) {
      const stores = await extractActivations({ ...spec, hooks: wanted }, options);
      const other = stores.find(({ id }) => !planned.has(id));
      if (other !== undefined) throw changedSincePlan(other.hook);
      return stores;
    },
  };
}

function changedSincePlan(hook: string): SaeLabError {
  return new SaeLabError('extraction.input-changed', {
    problem: 'the model or the dataset changed after the sweep was planned',
    field: `hook ${hook}`,
    expected: 'files that do not change until the activations are extracted',
    fix: 'Run the same command again. It plans with the new files.',
  });
}
