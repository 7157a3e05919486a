import { access, readFile } from 'node:fs/promises';
import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import { missingWeights } from './external-weights.ts';
import { graphFiles, readModelGraph, type ModelGraph } from './model-graph.ts';
import { resolveModel, type ModelFiles, type ModelSource } from './model-source.ts';
import { openTokenizer, type TextTokenizer } from './text-tokenizer.ts';

/** What of a model's config.json is needed here. */
export interface ModelConfig {
  /** The architecture, e.g. `gpt_neox`. */
  readonly modelType: string;
  readonly layers: number;
  /** Longest sequence that the model takes, in tokens; undefined where the config does not say. */
  readonly contextLength: number | undefined;
}

/** A language model as files in memory; no session of the runtime is open yet. */
export interface LanguageModel {
  readonly files: ModelFiles;
  readonly config: ModelConfig;
  readonly graph: ModelGraph;
  readonly tokenizer: TextTokenizer;
}

const layers = z.int().positive().max(1000).optional();
const configSchema = z.object({
  model_type: z.string(),
  num_hidden_layers: layers,
  n_layer: layers,
  max_position_embeddings: z.int().positive().optional(),
  n_positions: z.int().positive().optional(),
});

/**
 * Reads a model's config, tokenizer and graph.
 *
 * @throws SaeLabError `model.not-found`, `model.merged-decoder`, `model.unreadable`, `model.unreadable-config`,
 *   `model.unreadable-tokenizer`
 */
export async function openLanguageModel(source: ModelSource): Promise<LanguageModel> {
  const files = await resolveModel(source);
  const config = await readConfig(files.config);
  const tokenizer = await openTokenizer(files);
  const graph = await readModelGraph(files.graph);
  for (const file of graphFiles(graph)) {
    await access(file).catch((cause: unknown) => {
      throw missingWeights(file, cause);
    });
  }
  return { files, config, tokenizer, graph };
}

async function readConfig(path: string): Promise<ModelConfig> {
  try {
    const config = configSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    const layers = config.num_hidden_layers ?? config.n_layer;
    if (layers === undefined) throw new Error('it has neither num_hidden_layers nor n_layer');
    return {
      modelType: config.model_type,
      layers,
      contextLength: config.max_position_embeddings ?? config.n_positions,
    };
  } catch (cause) {
    throw new SaeLabError('model.unreadable-config', {
      problem: 'not a config of a language model',
      field: path,
      expected: 'JSON with model_type and num_hidden_layers',
      fix: "Download or export the model's config.json again.",
      cause,
    });
  }
}
