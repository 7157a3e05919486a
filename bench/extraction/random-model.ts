/** Checkpoints with random weights. Their values do not affect the time of a forward pass. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seeded } from '@sae-lab/core';

/** The fields of a GPT-NeoX config.json that the shapes depend on. */
export interface NeoxShape {
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
}

/** `EleutherAI/pythia-70m-deduped`. */
export const PYTHIA_70M = {
  architectures: ['GPTNeoXForCausalLM'],
  model_type: 'gpt_neox',
  bos_token_id: 0,
  eos_token_id: 0,
  hidden_act: 'gelu',
  vocab_size: 50_304,
  hidden_size: 512,
  intermediate_size: 2048,
  num_hidden_layers: 6,
  num_attention_heads: 8,
  max_position_embeddings: 2048,
  layer_norm_eps: 1e-5,
  rotary_emb_base: 10_000,
  rotary_pct: 0.25,
  tie_word_embeddings: false,
  use_parallel_residual: true,
  attention_bias: true,
  torch_dtype: 'float32',
};

/**
 * Writes a GPT-NeoX checkpoint: config.json, model.safetensors and the tokenizer of another model.
 *
 * @param config all of config.json
 * @param tokenizerOf folder of a model with a vocabulary that is not larger
 */
export function writeRandomNeox(folder: string, config: NeoxShape & object, tokenizerOf: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of ['tokenizer.json', 'tokenizer_config.json', 'generation_config.json']) {
    cpSync(join(tokenizerOf, file), join(folder, file));
  }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const shapes = neoxShapes(config);
  const header: Record<string, unknown> = {};
  let end = 0;
  for (const [name, shape] of Object.entries(shapes)) {
    const start = end;
    end += 4 * sizeOf(shape);
    header[name] = { dtype: 'F32', shape, data_offsets: [start, end] };
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const weights = new Float32Array(end / 4);
  fill(weights, shapes);
  writeFileSync(
    join(folder, 'model.safetensors'),
    Buffer.concat([length, json, new Uint8Array(weights.buffer)]),
  );
}

function neoxShapes({
  vocab_size: vocabulary,
  hidden_size: width,
  intermediate_size: hidden,
  num_hidden_layers: layers,
}: NeoxShape): Record<string, number[]> {
  const linear = (module: string, from: number, to: number): Record<string, number[]> => ({
    [`${module}.weight`]: [to, from],
    [`${module}.bias`]: [to],
  });
  const norm = (module: string): Record<string, number[]> => ({
    [`${module}.weight`]: [width],
    [`${module}.bias`]: [width],
  });
  const blocks = Array.from({ length: layers }, (_, layer) => `gpt_neox.layers.${layer}`).map((block) => ({
    ...norm(`${block}.input_layernorm`),
    ...norm(`${block}.post_attention_layernorm`),
    ...linear(`${block}.attention.query_key_value`, width, 3 * width),
    ...linear(`${block}.attention.dense`, width, width),
    ...linear(`${block}.mlp.dense_h_to_4h`, width, hidden),
    ...linear(`${block}.mlp.dense_4h_to_h`, hidden, width),
  }));
  return {
    'gpt_neox.embed_in.weight': [vocabulary, width],
    ...Object.assign({}, ...blocks),
    ...norm('gpt_neox.final_layer_norm'),
    'embed_out.weight': [vocabulary, width],
  } as Record<string, number[]>;
}

/** Small weights around 0, or around 1 for those of norms. No two tensors are equal: an exporter would merge them. */
function fill(weights: Float32Array, shapes: Readonly<Record<string, readonly number[]>>): void {
  const random = seeded(0, 'weights');
  // Drawing each of 70 million weights would take longer than the benchmark.
  const drawn = Float32Array.from({ length: 2 ** 16 + 1 }, () => (random.integer(0, 2000) - 1000) / 30_000);
  let at = 0;
  for (const [name, shape] of Object.entries(shapes)) {
    const around = name.endsWith('norm.weight') ? 1 : 0;
    const size = sizeOf(shape);
    const first = random.integer(0, drawn.length - 1);
    for (let i = 0; i < size; i++) weights[at + i] = around + drawn[(first + i) % drawn.length]!;
    at += size;
  }
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
