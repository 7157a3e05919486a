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
    expected: 'files that stay as they are until the activations are made',
    fix: 'Run the same command again: it plans with the files as they are now.',
  });
}
