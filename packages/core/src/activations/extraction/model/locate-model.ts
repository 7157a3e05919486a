import { join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import {
  downloadFiles,
  hubSettings,
  listRepository,
  notCached,
  shortList,
  type DownloadProgress,
  type FoundListing,
  type HubFile,
} from '@sae-lab/hub';
import { describeGraph } from './build/index.ts';
import { readTextConfig } from './model-config.ts';
import {
  findAnyGraph,
  findGraph,
  mergedDecoder,
  mergedIn,
  missingVariant,
  variantsIn,
  type Dtype,
} from './graph-variants.ts';
import {
  SPECIAL_TOKENS,
  WEIGHTS,
  filesIn,
  resolveFolder,
  type ModelFiles,
  type ModelSource,
} from './model-source.ts';

const CONFIG = 'config.json';
const TOKENIZER = 'tokenizer.json';
const OPTIONAL = ['tokenizer_config.json', ...SPECIAL_TOKENS];

export interface LocateOptions {
  /** Called with warnings for the user. */
  readonly warn?: ((sentence: string) => void) | undefined;
  readonly onDownload?: ((progress: DownloadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether any variant of an exported graph will do, if none was chosen. */
  readonly anyVariant?: boolean | undefined;
}

/**
 * Finds the files of a model. Of a model on the hub, it downloads the config, the tokenizer and the graph or the index of
 * the weights; the weights follow when it is known which hooks need which.
 *
 * @throws {SaeLabError} `model.*`, `hub.*`
 */
export async function locateModel(source: ModelSource, options: LocateOptions = {}): Promise<ModelFiles> {
  if (source.kind === 'folder') return resolveFolder(source.folder, source.dtype, options);
  const listing = await listModel(source, options);
  const fetch = (paths: readonly string[]): Promise<string> => download(listing, paths, options);
  const there = new Set(listing.files.map(({ path }) => path));
  const folder = await fetch([CONFIG]);
  const graph = await chooseGraph(folder, listing, source.dtype, options);
  const first = graph ?? WEIGHTS.find((path) => there.has(path))!;
  await fetch([
    TOKENIZER,
    ...OPTIONAL.filter((path) => there.has(path)),
    // A single file of weights is downloaded once the hooks are known to exist.
    ...(first === WEIGHTS[0] ? [] : [first]),
  ]);
  const files = await filesIn(folder, graph === undefined ? undefined : join(folder, graph));
  const hub = {
    id: source.id,
    commit: listing.commit,
    fetch: async (paths: readonly string[]) => void (await fetch(paths)),
  };
  return { ...files, name: source.id, hub, ...(source.dtype !== undefined && { dtype: source.dtype }) };
}

/**
 * Downloads only the config of a model on the hub, to list the hooks of a graph that would be built.
 *
 * @returns the path of the config; undefined if the graph of the model is exported
 */
export async function locateConfig(
  source: Extract<ModelSource, { kind: 'hub' }>,
  options: LocateOptions = {},
): Promise<string | undefined> {
  const listing = await listModel(source, options);
  const folder = await download(listing, [CONFIG], options);
  return (await chooseGraph(folder, listing, source.dtype, options)) === undefined
    ? join(folder, CONFIG)
    : undefined;
}

async function listModel(
  { id, revision }: Extract<ModelSource, { kind: 'hub' }>,
  { warn, signal }: LocateOptions,
): Promise<FoundListing> {
  const listing = await listRepository('model', id, { ...(revision !== undefined && { revision }), signal });
  if (listing.unreachable !== undefined) {
    warn?.(
      `the hub cannot be reached, so the model ${id} is the one in the cache (commit ${listing.commit.slice(0, 7)})`,
    );
  }
  return listing;
}

/** @returns the folder of the snapshot */
async function download(
  listing: FoundListing,
  paths: readonly string[],
  { onDownload, signal }: LocateOptions,
): Promise<string> {
  const files = await Promise.all(paths.map((path) => fileOf(listing, path)));
  const { folder } = await downloadFiles(listing, files, { onProgress: onDownload, signal });
  return folder;
}

async function fileOf(listing: FoundListing, path: string): Promise<HubFile> {
  const { repository, files } = listing;
  const found = files.find((file) => file.path === path);
  if (found !== undefined) return found;
  await requireWholeListing(listing, path);
  const details = {
    field: `model ${repository.id}`,
    received: files.length === 0 ? 'no files' : shortList(files.map((file) => file.path)),
    fix: 'Choose another repository or revision.',
  };
  if (path.endsWith('.safetensors')) {
    throw new SaeLabError('model.missing-shard', {
      problem: `${WEIGHTS[1]} names ${path}, which is not in the repository`,
      expected: `${path} next to the index`,
      ...details,
    });
  }
  throw new SaeLabError('model.not-found', {
    problem: `the repository has no ${path}`,
    expected: 'config.json, tokenizer.json, and weights in safetensors or an ONNX graph',
    ...details,
    ...(path === TOKENIZER && {
      fix: 'Convert the tokenizer as docs/your-own-model.md shows, and use the folder.',
    }),
  });
}

/**
 * Files that the cache lacks may exist in the repository.
 *
 * @throws {SaeLabError} `hub.not-cached` if only the downloaded files of the repository are known
 */
async function requireWholeListing(
  { repository, revision, isPartial, unreachable }: FoundListing,
  missing: string,
): Promise<void> {
  if (isPartial) throw await notCached(hubSettings(), repository, revision, [missing], unreachable);
}

/**
 * Chooses between weights in safetensors and an exported graph. Without a dtype, safetensors come first: a built graph has
 * every hook, its weights can be downloaded shard by shard, and revisions have weights more often than a graph.
 *
 * @returns the path of the graph in the repository; undefined to build it
 */
async function chooseGraph(
  folder: string,
  listing: FoundListing,
  dtype: Dtype | undefined,
  { anyVariant = false }: LocateOptions,
): Promise<string | undefined> {
  const paths = listing.files.map(({ path }) => path);
  const hasWeights = WEIGHTS.some((path) => paths.includes(path));
  const graph = (anyVariant ? findAnyGraph : findGraph)(paths, dtype);
  const config = join(folder, CONFIG);
  if (hasWeights && dtype === undefined) {
    try {
      describeGraph(await readTextConfig(config), config);
      return undefined;
    } catch (error) {
      const isUnsupported = error instanceof SaeLabError && error.code.startsWith('model.unsupported-');
      if (!isUnsupported || graph === undefined) throw error;
    }
  }
  if (graph !== undefined) return graph;
  throw await noGraph(listing, paths, dtype);
}

async function noGraph(
  listing: FoundListing,
  paths: readonly string[],
  dtype: Dtype | undefined,
): Promise<SaeLabError> {
  await requireWholeListing(
    listing,
    dtype === undefined ? WEIGHTS[0]! : `ONNX graph with the dtype ${dtype}`,
  );
  const model = `model ${listing.repository.id}`;
  if (dtype !== undefined || variantsIn(paths).length > 0) return missingVariant(model, paths, dtype);
  const merged = mergedIn(paths);
  if (merged !== undefined) return mergedDecoder(`${model}, ${merged}`);
  const weights = paths.filter((path) => /\.(onnx|safetensors|bin|pt|pth|gguf|h5|msgpack)$/.test(path));
  return new SaeLabError('model.no-weights', {
    problem: 'the repository has no usable weights',
    field: model,
    expected: 'model.safetensors, its shards, or onnx/model.onnx',
    received: weights.length === 0 ? 'no weights' : shortList(weights),
    fix: 'Choose another repository or revision, or convert the weights and use their folder.',
  });
}
