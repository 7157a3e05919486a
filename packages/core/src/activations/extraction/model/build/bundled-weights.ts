/** Writes the bundled model, whose weights are in its ONNX graph, as safetensors. For tests. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { TensorProto } from 'onnx-buf';
import { writeSafetensors, type FileTensor } from '../../../../files/safetensors.ts';
import { MODEL, writeFileIn } from '../../../test-support.ts';
import { openLanguageModel, type LanguageModel } from '../language-model.ts';
import { readTextConfig } from '../model-config.ts';
import { describeGraph } from './index.ts';

/**
 * Fills a folder with the files of a checkpoint: config, tokenizer and the weights of all layers.
 *
 * @param shards number of files for the weights
 * @param upTo the last hook whose weights are written; `logits` for the whole model
 */
export async function writeBundledCheckpoint(
  folder: string,
  shards = 1,
  upTo = 'blocks.5.hook_resid_post',
): Promise<void> {
  const model = await openLanguageModel(MODEL);
  for (const file of ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    cpSync(join(MODEL.folder, file), join(folder, file));
  }
  const description = describeGraph(await readTextConfig(model.files.config), model.files.config);
  const names = [...description.upTo([upTo]).weights.values()].map(({ name }) => name);
  if (shards === 1) return writeWeights(model, names, join(folder, 'model.safetensors'));

  const files = Array.from({ length: shards }, (_, i) => `model-0000${i + 1}-of-0000${shards}.safetensors`);
  const shardOf = (index: number): number => Math.floor((index * shards) / names.length);
  for (const [i, file] of files.entries()) {
    await writeWeights(
      model,
      names.filter((_, index) => shardOf(index) === i),
      join(folder, file),
    );
  }
  const map = Object.fromEntries(names.map((name, index) => [name, files[shardOf(index)]]));
  writeFileIn(folder, 'model.safetensors.index.json', JSON.stringify({ weight_map: map }));
}

async function writeWeights(model: LanguageModel, names: readonly string[], path: string): Promise<void> {
  await writeSafetensors(path, Object.fromEntries(names.map((name) => [name, exportedWeight(model, name)])));
}

/**
 * A weight of the exported graph, by its name in checkpoints. The exporter transposes and renames matrices, and keeps
 * one of several equal biases.
 */
function exportedWeight({ graph }: LanguageModel, name: string): FileTensor {
  const { initializers, producers } = graph;
  const named = initializers.get(name) ?? initializers.get(producers.get(name)?.input[0] ?? '');
  if (named !== undefined) return { dtype: 'F32', shape: named.dims.map(Number), data: floats(named) };
  const product = `/${name.replace(/\.weight$/, '').replaceAll(/\.(?!\d)/g, '/')}/MatMul`;
  const node = graph.graph.node.find((found) => found.name === product)!;
  const matrix = initializers.get(node.input[1]!)!;
  const [rows, columns] = matrix.dims.map(Number) as [number, number];
  const values = floats(matrix);
  const data = values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!);
  return { dtype: 'F32', shape: [columns, rows], data };
}

function floats({ rawData }: TensorProto): Float32Array {
  return new Float32Array(new Uint8Array(rawData).buffer);
}
