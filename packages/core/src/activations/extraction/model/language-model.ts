import { access } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { missingWeights } from './external-weights.ts';
import { nameHooks, type NamedHooks } from './exported/name-hooks.ts';
import { readConfig, type ModelConfig } from './model-config.ts';
import { graphFiles, readModelGraph, type ModelGraph } from './model-graph.ts';
import { filesBelow, noGraph, resolveFolder, type ModelFiles, type ModelSource } from './model-source.ts';
import { openTokenizer, type TextTokenizer } from './text-tokenizer.ts';
import { tokenEmbedding } from './token-embedding.ts';

/** A language model exported to ONNX, with its graph in memory. It has no runtime session yet. */
export interface LanguageModel {
  readonly files: ModelFiles;
  readonly config: ModelConfig;
  readonly graph: ModelGraph;
  readonly tokenizer: TextTokenizer;
  /** Hooks by TransformerLens name. `graph` has nodes for all of them. */
  readonly named: Pick<NamedHooks, 'hooks' | 'missing'>;
}

/**
 * Reads the config, the tokenizer and the graph of a model that was exported to ONNX.
 *
 * @throws {SaeLabError} `model.not-found`, `model.merged-decoder`, `model.unreadable`, `model.unreadable-config`,
 *   `model.unreadable-tokenizer`
 */
export async function openLanguageModel({
  folder,
  dtype,
}: Extract<ModelSource, { kind: 'folder' }>): Promise<LanguageModel> {
  return openExported(await resolveFolder(folder, dtype));
}

/** {@link openLanguageModel} for files that were already found. */
export async function openExported(files: ModelFiles): Promise<LanguageModel> {
  const config = await readConfig(files.config);
  if (files.graph === undefined) throw noGraph(files.folder, await filesBelow(files.folder));
  const graph = await readModelGraph(files.graph);
  const tokenizer = await openTokenizer(files, tokenEmbedding(graph)?.rows);
  const separate = graphFiles(graph).filter((file) => file !== files.graph);
  if (separate.length > 0) {
    await files.hub?.fetch(separate.map((file) => relative(files.folder, file).split(sep).join('/')));
  }
  for (const file of separate) {
    await access(file).catch((cause: unknown) => {
      throw missingWeights(file, cause);
    });
  }
  return { files, config, tokenizer, ...withNames(graph, config) };
}

/** Names the hooks of a graph. */
export function withNames(graph: ModelGraph, config: ModelConfig): Pick<LanguageModel, 'graph' | 'named'> {
  const { graph: withHooks, ...named } = nameHooks(graph, config);
  return { graph: withHooks, named };
}
