import type { Stats } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { z } from 'zod';
import { INDEX, SINGLE } from './build/safetensors-checkpoint.ts';
import {
  GRAPHS,
  dtypeSchema,
  findAnyGraph,
  findGraph,
  mergedDecoder,
  mergedIn,
  missingVariant,
  variantsIn,
  type Dtype,
} from './graph-variants.ts';

export const modelSourceSchema = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('folder'),
        folder: z
          .string()
          .min(1)
          .describe(
            'A local folder with the layout of the Hugging Face hub: config.json, tokenizer.json, and onnx/model.onnx or ' +
              'weights in safetensors.',
          ),
        dtype: dtypeSchema.optional(),
      })
      .describe('A local folder.'),
    z
      .strictObject({
        kind: z.literal('hub'),
        id: z.string().min(1).describe('Name on the hub, e.g. `EleutherAI/pythia-70m-deduped`.'),
        revision: z.string().min(1).optional().describe('A branch, a tag or a commit; by default `main`.'),
        dtype: dtypeSchema.optional(),
      })
      .describe(
        'A model on the Hugging Face hub. It is downloaded into the cache that the Python library uses.',
      ),
  ])
  .describe('The language model to extract activations from.');

/** Where a language model comes from. Every kind resolves to local files. */
export type ModelSource = z.infer<typeof modelSourceSchema>;

/** Absolute paths of a language model's files. */
export interface ModelFiles {
  /** Name of the folder, or of the repository on the hub, for display. */
  readonly name: string;
  readonly folder: string;
  readonly config: string;
  /** Path of the exported ONNX graph; undefined if the graph is built from config.json and the weights in safetensors. */
  readonly graph: string | undefined;
  /** The variant of the graph, if it was chosen. */
  readonly dtype?: Dtype;
  /** The files that determine token ids: tokenizer.json and, if it exists, tokenizer_config.json. */
  readonly tokenizer: readonly string[];
  /** Other existing files that may name special tokens. */
  readonly specialTokens: readonly string[];
  /** Set for a model on the hub. */
  readonly hub?: HubOrigin;
}

/** Where the files of a model on the hub come from. */
interface HubOrigin {
  readonly id: string;
  readonly commit: string;
  /**
   * Downloads files that are not in the cache yet.
   *
   * @param paths relative to the model's folder
   * @throws {SaeLabError} `hub.*`
   */
  fetch(paths: readonly string[]): Promise<void>;
}

const LAYOUT = 'config.json, tokenizer.json, and model.safetensors or onnx/model.onnx';

export const SPECIAL_TOKENS = ['special_tokens_map.json', 'generation_config.json'];

/** Weights in one file, or the index of a sharded checkpoint. */
export const WEIGHTS = [SINGLE, INDEX];

/**
 * Finds the files of a model in a folder. An exported graph takes precedence over weights in safetensors.
 *
 * @param dtype the variant of the graph; by default float32, or else float16
 * @param options `anyVariant`: whether any variant will do, if none was chosen
 * @throws {SaeLabError} `model.not-found` if the folder or one of its files is missing, `model.missing-variant` if there is
 *   no graph with the dtype, `model.merged-decoder` if its only graph is a merged decoder
 */
export async function resolveFolder(
  path: string,
  dtype?: Dtype,
  { anyVariant = false }: { readonly anyVariant?: boolean | undefined } = {},
): Promise<ModelFiles> {
  const folder = resolve(path);
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error || !found.isDirectory()) {
    throw new SaeLabError('model.not-found', {
      problem: problemOf(found),
      field: 'model',
      expected: `a folder with ${LAYOUT}`,
      received: describeValue(folder),
      fix: 'Correct the path of the model.',
    });
  }
  const paths = await filesBelow(folder);
  const graph = (anyVariant ? findAnyGraph : findGraph)(paths, dtype);
  if (graph === undefined && (dtype !== undefined || !WEIGHTS.some((file) => paths.includes(file)))) {
    throw noGraph(folder, paths, dtype);
  }
  const files = await filesIn(folder, graph === undefined ? undefined : join(folder, graph));
  return { ...files, ...(dtype !== undefined && { dtype }) };
}

function problemOf(found: Stats | NodeJS.ErrnoException): string {
  if (!(found instanceof Error)) return 'it is a file, not a folder';
  return found.code === 'ENOENT'
    ? 'the folder does not exist'
    : `the folder cannot be accessed (${found.code})`;
}

/**
 * The files of a model in a folder.
 *
 * @param graph the exported graph; undefined to build it from the weights
 */
export async function filesIn(folder: string, graph: string | undefined): Promise<ModelFiles> {
  const tokenizerConfig = await firstThatExists(folder, ['tokenizer_config.json']);
  const specialTokens = await Promise.all(SPECIAL_TOKENS.map((file) => firstThatExists(folder, [file])));
  return {
    name: basename(folder),
    folder,
    graph,
    config: await required(folder, 'config.json'),
    tokenizer: [
      await required(folder, 'tokenizer.json'),
      ...(tokenizerConfig === undefined ? [] : [tokenizerConfig]),
    ],
    specialTokens: specialTokens.filter((file) => file !== undefined),
  };
}

/** The error for a folder without weights and without a graph in float32 or float16, or with the dtype. */
export function noGraph(folder: string, paths: readonly string[], dtype?: Dtype): SaeLabError {
  const variants = variantsIn(paths);
  if (variants.length > 0 || dtype !== undefined) return missingVariant(folder, paths, dtype);
  const merged = mergedIn(paths);
  if (merged !== undefined) return mergedDecoder(join(folder, merged));
  const others = paths.filter((path) => /\.(onnx|safetensors|bin|pt|pth|gguf|h5|msgpack)$/.test(path));
  return new SaeLabError('model.not-found', {
    problem: 'the folder has no weights in safetensors and no ONNX graph',
    field: folder,
    expected: `one of ${[...WEIGHTS, ...GRAPHS].join(', ')}`,
    ...(others.length > 0 && { received: others.slice(0, 3).join(', ') }),
    fix: 'Save the model with save_pretrained(folder, safe_serialization=True), or export it to ONNX into this folder.',
  });
}

/** The files of a model's folder and of the `onnx` folder in it, relative to it. */
export async function filesBelow(folder: string): Promise<string[]> {
  const [outer, inner] = await Promise.all([
    readdir(folder),
    readdir(join(folder, 'onnx')).catch((): string[] => []),
  ]);
  return [...outer, ...inner.map((file) => `onnx/${file}`)];
}

async function required(folder: string, file: string): Promise<string> {
  const path = await firstThatExists(folder, [file]);
  if (path !== undefined) return path;
  throw new SaeLabError('model.not-found', {
    problem: `the folder has no ${file}`,
    field: folder,
    expected: LAYOUT,
    fix: `Put the model's ${file} into the folder.`,
  });
}

async function firstThatExists(folder: string, files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const path = join(folder, file);
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (exists) return path;
  }
  return undefined;
}
