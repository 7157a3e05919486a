import {
  extractActivations,
  importActivations,
  planActivations,
  planImport,
  planSynthesis,
  streamActivations,
  synthesizeActivations,
  type ActivationStore,
  type ActivationStream,
  type DownloadProgress,
  type ExtractionOptions,
  type ExtractionSettings,
  type ImportedSpec,
  type ModelSource,
  type PlannedActivations,
  type StreamSettings,
} from '@sae-lab/core/activations';
import { SaeLabError } from '@sae-lab/errors';
import { isPath } from '../definition/is-path.ts';
import type { ActivationsSettings } from '../definition/schema.ts';
import type { ModelChoice, SweepDefinition } from '../definition/sweep-input.ts';

/** Source of a sweep's activations: a language model that reads documents, a known dictionary, or files. */
export interface ActivationsSource {
  /**
   * The activations that the sweep needs, one set per hook.
   *
   * @param warn receives sentences for the author
   */
  plan(warn: (sentence: string) => void): Promise<readonly PlannedActivations[]>;
  /** Extracts the activations of these hooks that are not on disk yet, and opens all of them. */
  make(hooks: readonly string[], options: ExtractionOptions): Promise<readonly ActivationStore[]>;
  /** Extracts the activations of these hooks while runs train. Only a language model's activations are streamed. */
  stream?(
    hooks: readonly string[],
    settings: StreamSettings,
    options: Parameters<typeof streamActivations>[2],
  ): Promise<ActivationStream>;
}

/** Options for planning a sweep. */
export interface PlanOptions {
  readonly dataDir: string;
  /** Threads of the language model. */
  readonly threads: number;
  /** Called with the progress of downloads from the hub. */
  readonly onDownload?: ((progress: DownloadProgress) => void) | undefined;
  /** Ends the planning, with its downloads. */
  readonly signal?: AbortSignal | undefined;
}

/** The fields of a definition that say where its activations come from. */
export type SourceDefinition = DefinitionFields<SweepDefinition>;
type DefinitionFields<D> = D extends SweepDefinition
  ? Pick<D, 'model' | 'dataset' | 'hooks' | 'activations'> & {
      readonly evaluation: { readonly holdout: number };
    }
  : never;

export function activationsSource(
  definition: SourceDefinition,
  { dataDir, threads, onDownload, signal }: PlanOptions,
): ActivationsSource {
  const { holdout } = definition.evaluation;
  if (definition.model === undefined) {
    const { dataset } = definition;
    if (dataset.kind === 'activations') return importSource(dataset, dataDir, holdout);
    return {
      plan: async () => [await planSynthesis(dataset, dataDir, holdout)],
      make: async (_hooks, options) => [await synthesizeActivations(dataset, dataDir, options)],
    };
  }
  const { dataset, hooks } = definition;
  const settings = extractionSettings(definition.activations);
  const model = modelSource(definition.model);
  const spec = { model, dataset, hooks, settings, dataDir, holdout, threads, onDownload, signal };
  const planned = new Set<string>();
  return {
    async plan(warn) {
      const activations = await planActivations(spec, warn);
      for (const { id } of activations) planned.add(id);
      return activations;
    },
    async make(wanted, options) {
      const stores = await extractActivations(
        { ...spec, hooks: wanted, signal: options.signal ?? signal },
        options,
      );
      const other = stores.find(({ id }) => !planned.has(id));
      if (other !== undefined) throw changedSincePlan(other.hook);
      return stores;
    },
    async stream(wanted, size, options) {
      const stream = await streamActivations(
        { ...spec, hooks: wanted, signal: options?.signal ?? signal },
        size,
        options,
      );
      const other = stream.ids.findIndex((id) => !planned.has(id));
      if (other < 0) return stream;
      await stream.close({ remove: true });
      throw changedSincePlan(stream.samples[other]!.hook);
    },
  };
}

/** What determines activations, without how they are stored. */
export function extractionSettings(activations: ActivationsSettings): ExtractionSettings {
  const { store: _, ringWindows: __, ...settings } = activations;
  return settings;
}

/** Files may change between the plan and the copy, like those of a model. */
function importSource(dataset: ImportedSpec, dataDir: string, holdout: number): ActivationsSource {
  let planned: PlannedActivations | undefined;
  return {
    async plan() {
      planned = await planImport(dataset, dataDir, holdout);
      return [planned];
    },
    async make(_hooks, options) {
      const store = await importActivations(dataset, dataDir, options);
      if (store.id !== planned?.id) throw changedSincePlan(store.hook);
      return [store];
    },
  };
}

/** Converts the model of a definition to core's form. */
export function modelSource(model: string | ModelChoice): ModelSource {
  const { id, revision, dtype }: ModelChoice = typeof model === 'string' ? { id: model } : model;
  const choice = dtype === undefined ? {} : { dtype };
  return isPath(id)
    ? { kind: 'folder', folder: id, ...choice }
    : { kind: 'hub', id, ...(revision !== undefined && { revision }), ...choice };
}

function changedSincePlan(hook: string): SaeLabError {
  return new SaeLabError('extraction.input-changed', {
    problem: 'the model or the dataset changed after the sweep was planned',
    field: `hook ${hook}`,
    expected: 'files that do not change until the activations are extracted',
    fix: 'Run the same command again. It plans with the new files.',
  });
}
