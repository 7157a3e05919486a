/** Shared by tests: exported graphs of small random models, from `tests/reference/exports.py`. */
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { readSafetensors } from '../../../../files/safetensors.ts';
import { temporaryFolder, writeFileIn } from '../../../test-support.ts';
import { goldenCase, goldenModel, runGraph } from '../build/golden-models.ts';
import { describeGraph, writeGraph } from '../build/index.ts';
import { readTextConfig } from '../model-config.ts';

const EXPORTS = fileURLToPath(new URL('../../../../../../../tests/reference/exports', import.meta.url));
const VOCABULARY = 32;

/** Names of the models, and of the forms in which each was exported. */
export function goldenExports(): { model: string; form: string }[] {
  return readdirSync(EXPORTS).flatMap((model) =>
    readdirSync(join(EXPORTS, model))
      .filter((file) => file.endsWith('.onnx.gz'))
      .map((file) => ({ model, form: file.replace('.onnx.gz', '') })),
  );
}

export function exportedGraph(model: string, form: string): Uint8Array {
  return gunzipSync(readFileSync(join(EXPORTS, model, `${form}.onnx.gz`)));
}

/** A folder as on the hub, with an exported graph. */
export function folderOf(model: string, form: string): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'onnx'));
  for (const [file, content] of Object.entries(filesOf(model))) writeFileIn(folder, file, content);
  writeFileIn(folder, 'onnx/model.onnx', exportedGraph(model, form));
  return folder;
}

/** Files of a model other than its weights: the config, and a tokenizer with the tokens `t0` to `t31`. */
export function filesOf(model: string): Record<string, Uint8Array> {
  const vocab = Object.fromEntries(Array.from({ length: VOCABULARY }, (_, id) => [`t${id}`, id]));
  const tokenizer = {
    version: '1.0',
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: null,
    model: { type: 'WordLevel', vocab, unk_token: 't0' },
  };
  return {
    'config.json': readFileSync(join(checkpointOf(model), 'config.json')),
    'tokenizer.json': Buffer.from(JSON.stringify(tokenizer)),
  };
}

/** Sequences of different lengths. */
export function sequencesOf(model: string): number[][] {
  const { ids, mask } = goldenCase(isGolden(model) ? model : 'llama');
  return ids.map((row, i) => row.filter((_, t) => mask[i]![t] === 1));
}

/**
 * What the hooks of a model must be for these sequences, [tokens, dIn]: what `transformers` computes, or, without golden
 * values, the graph that is built from the weights.
 */
export async function expectedActivations(model: string): Promise<ReadonlyMap<string, Float32Array>> {
  if (!isGolden(model)) return builtActivations(model);
  const { tensors } = await readSafetensors(join(goldenModel(model), 'expected.safetensors'));
  const { same } = goldenCase(model);
  const names = [...Object.keys(tensors), ...Object.keys(same)];
  return new Map(names.map((name) => [name, tensors[same[name] ?? name]!.data as Float32Array]));
}

async function builtActivations(model: string): Promise<Map<string, Float32Array>> {
  const weights = checkpointOf(model);
  const config = join(weights, 'config.json');
  const description = describeGraph(await readTextConfig(config), config);
  const outputs = [...description.hooks.keys()];
  const { path } = await writeGraph(description, { outputs, weights, folder: temporaryFolder() });
  const sequences = sequencesOf(model);
  const tokens = Math.max(...sequences.map(({ length }) => length));
  const pad = (sequence: number[], value: (id: number) => number): number[] =>
    Array.from({ length: tokens }, (_, t) => (t < sequence.length ? value(sequence[t]!) : 0));
  const found = await runGraph(path, {
    ids: sequences.map((sequence) => pad(sequence, (id) => id)),
    mask: sequences.map((sequence) => pad(sequence, () => 1)),
  });
  return new Map(
    outputs.map((name) => {
      const hook = description.hooks.get(name)!;
      return [name, withoutPadding(found[hook.name]!, sequences, tokens)];
    }),
  );
}

/** The rows of tokens: [batch, tokens, dIn] → [tokens of all sequences, dIn]. */
export function withoutPadding(values: Float32Array, sequences: number[][], tokens: number): Float32Array {
  const width = values.length / (sequences.length * tokens);
  const rows = sequences.map((sequence, i) =>
    values.subarray(i * tokens * width, (i * tokens + sequence.length) * width),
  );
  return Float32Array.from(rows.flatMap((row) => [...row]));
}

function isGolden(model: string): boolean {
  return existsSync(goldenModel(model));
}

/** The folder with the config of a model and, if it has no golden values, its weights. */
function checkpointOf(model: string): string {
  return isGolden(model) ? goldenModel(model) : join(EXPORTS, model);
}
