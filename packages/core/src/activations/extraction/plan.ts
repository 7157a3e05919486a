import { z } from 'zod';
import { hashOfValue } from '../../files/content-hash.ts';
import { makeFolder } from '../../files/write-atomic.ts';
import { datasetSpecSchema, type DatasetSpecInput } from './dataset/dataset-spec.ts';
import { estimateDataset, type DatasetEstimate } from './dataset/estimate.ts';
import { datasetIdentity, type DatasetIdentity } from './dataset/dataset-identity.ts';
import { openDataset, type OpenedDataset } from './dataset/open-dataset.ts';
import { requireBothSides, requireBothSidesOfRows } from './dataset/require-both-sides.ts';
import { expandGlobs } from './model/expand-globs.ts';
import type { Hook } from './model/hooks.ts';
import { locateModel, type LocateOptions } from './model/locate-model.ts';
import { modelSourceSchema, type ModelSource } from './model/model-source.ts';
import { modelHashes } from './model-hashes.ts';
import { openModel } from './model/open-model.ts';
import type { OpenedModel } from './model/opened-model.ts';
import { parseInput } from '../parse-input.ts';
import {
  parseSettings,
  type ExtractionSettings,
  type ExtractionSettingsInput,
} from './extraction-settings.ts';
import { STORE_FORMAT } from '../store/manifest.ts';
import { planStore, type PlannedActivations } from '../store/planned-store.ts';
import { WatchedFiles } from './watched-files.ts';

/** The activations to extract: from these hooks of a model, on these documents. */
export interface ExtractionSpec {
  readonly model: ModelSource;
  readonly dataset: DatasetSpecInput;
  /** TransformerLens names or module paths, or globs of them. */
  readonly hooks: readonly string[];
  readonly settings?: ExtractionSettingsInput;
  /** The data folder. Activations are stored in `<dataDir>/activations/<id>/`. */
  readonly dataDir: string;
  /**
   * The fraction of the documents that runs will hold out. If set, a dataset that would leave no activation for training
   * or for evaluation is refused before the model runs. Does not affect the activations.
   */
  readonly holdout?: number;
  /** Called with the progress of downloads from the hub. */
  readonly onDownload?: LocateOptions['onDownload'];
  /** Threads of the language model; by default one per core. Does not affect the activations. */
  readonly threads?: number;
  /** Ends the planning too, with its downloads. */
  readonly signal?: AbortSignal | undefined;
}

/** A specification, validated, with its model and dataset opened. */
export interface PreparedExtraction {
  readonly model: OpenedModel;
  readonly dataset: OpenedDataset;
  readonly settings: ExtractionSettings;
  readonly estimate: DatasetEstimate;
  readonly hashes: { readonly tokenizerSha256: string; readonly dataset: DatasetIdentity };
  /** The files of the model and the dataset. */
  readonly inputs: WatchedFiles;
  /** Warnings for the user: settings without effect, hooks that are the same. */
  readonly warnings: readonly string[];
  /** In the order of the requested hooks. Two names of one hook have the same id. */
  readonly planned: readonly PlannedHook[];
}

/** The activations of a hook of a model. */
export interface PlannedHook extends PlannedActivations {
  readonly hook: Hook;
  /** Hash of everything that determines what the model computes up to the hook. */
  readonly graphSha256: string;
}

const hooksSchema = z.array(z.string()).min(1, 'at least one hook is needed');

/**
 * Plans an extraction without running the model. The first plan of a model or dataset reads its files to hash them.
 *
 * @param warn called with warnings for the user
 * @throws {SaeLabError} `model.*`, `hub.*`, `hook.*`, `dataset.*`, `extraction.*`
 */
export async function planActivations(
  spec: ExtractionSpec,
  warn: (sentence: string) => void = () => {},
): Promise<PlannedActivations[]> {
  const { planned, warnings } = await prepareExtraction(spec);
  warnings.forEach(warn);
  return [...planned];
}

export async function prepareExtraction(spec: ExtractionSpec): Promise<PreparedExtraction> {
  const datasetSpec = parseInput(datasetSpecSchema, spec.dataset, 'dataset', 'extraction.invalid-dataset');
  const source = parseInput(modelSourceSchema, spec.model, 'model', 'extraction.invalid-model');
  const inputs = new WatchedFiles();
  const warnings: string[] = [];
  const warn = (sentence: string): void => void warnings.push(sentence);
  const { signal, onDownload } = spec;
  const dataset = await openDataset(datasetSpec, { warn, signal });
  const located = await locateModel(source, { warn, onDownload, signal });
  const { config, graph, tokenizer, specialTokens } = located;
  await inputs.add([...dataset.files, config, ...tokenizer, ...specialTokens]);
  if (graph !== undefined) await inputs.add([graph]);
  const model = await openModel(located);
  const settings = parseSettings(spec.settings ?? {}, model.config);
  const names = parseInput(hooksSchema, spec.hooks, 'hooks', 'extraction.invalid-hooks');
  const hooks = model.resolve(expandGlobs(model, names));
  await makeFolder(spec.dataDir);
  const { graphs, tokenizerSha256 } = await modelHashes(model, hooks, inputs, spec.dataDir);
  const hashes = {
    tokenizerSha256,
    dataset: datasetIdentity(dataset, await inputs.hashes(spec.dataDir, dataset.files)),
  };

  const identities = hooks.map((hook) => {
    const graphSha256 = graphs.get(hook.tensor)!;
    // Of content alone, without names of folders and commits, so that a copy has the same id.
    const id = hashOfValue({
      format: STORE_FORMAT,
      graph: graphSha256,
      tokenizer: hashes.tokenizerSha256,
      dataset: hashes.dataset.documents,
      hook: hook.name,
      tensor: hook.tensor,
      settings,
      ...bosIdentity(model, settings),
    }).slice(0, 32);
    return { id, hook, dIn: hook.dIn, graphSha256 };
  });
  const planAll = (rows: number): Promise<PlannedHook[]> =>
    Promise.all(
      identities.map(async ({ graphSha256, ...one }) => ({
        ...(await planStore({ ...one, rows }, spec.dataDir, settings)),
        graphSha256,
      })),
    );
  let planned = await planAll(0);
  let estimate: DatasetEstimate = { rows: 0, tokens: 0 };
  // A dataset on the hub is read only for activations that do not exist yet.
  if (dataset.hub === undefined || !planned.every(({ present }) => present)) {
    const { holdout = 0 } = spec;
    // Checked before tokenising: a single document may have very many tokens.
    if (holdout > 0) await requireBothSides(dataset, holdout);
    estimate = await estimateDataset(dataset, model.tokenizer, settings);
    planned = await planAll(estimate.rows);
    const { maxRows } = settings;
    if (holdout > 0 && maxRows !== undefined && !planned.every(({ present }) => present)) {
      await requireBothSidesOfRows(dataset, model.tokenizer, { ...settings, maxRows }, holdout);
    }
  }
  warnings.push(...warningsOfHooks(hooks), ...warningsOfBos(model, settings));
  return { model, dataset, settings, estimate, hashes, inputs, planned, warnings };
}

/** Warns of different names for one hook, which give a single row in every table. */
function warningsOfHooks(hooks: readonly Hook[]): string[] {
  return [...Map.groupBy(hooks, ({ tensor }) => tensor).values()].flatMap((same) => {
    const names = [...new Set(same.map(({ requested }) => requested))];
    if (names.length < 2) return [];
    return `the hooks ${names.join(' and ')} are the same tensor: results are listed as ${same[0]!.name}`;
  });
}

function warningsOfBos({ tokenizer, files }: OpenedModel, { prependBos }: ExtractionSettings): string[] {
  if (!prependBos || tokenizer.bosTokenId !== null) return [];
  return [
    `prependBos has no effect: no file of the model ${files.name} names a beginning-of-sequence token ` +
      '(bos_token in tokenizer_config.json or special_tokens_map.json, bos_token_id in config.json)',
  ];
}

/** The prepended token, unless the tokenizer's own files determine it, which are hashed anyway. */
function bosIdentity(
  { tokenizer }: OpenedModel,
  { prependBos }: ExtractionSettings,
): { bosTokenId?: number } {
  const id = prependBos ? tokenizer.bosTokenId : null;
  return id === null || tokenizer.bosIsItsOwn ? {} : { bosTokenId: id };
}
