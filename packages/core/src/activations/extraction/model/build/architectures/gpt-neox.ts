import type { Architecture, Description } from '../architecture.ts';
import type { ConfigFields } from '../config-fields.ts';
import type { GraphBuilder, Tensor } from '../graph-builder.ts';
import { readActivation, type Activation } from '../parts/activation.ts';
import { attention } from '../parts/attention.ts';
import { embedding } from '../parts/embedding.ts';
import { linear } from '../parts/linear.ts';
import { plainMlp } from '../parts/mlp.ts';
import { layerNorm } from '../parts/norm.ts';
import { INPUT_IDS } from '../parts/positions.ts';
import { residualNames } from '../parts/residual.ts';
import { readRope, ropeParameters, type Rope } from '../parts/rope-frequencies.ts';
import { rotate } from '../parts/rotary.ts';
import { unembed } from '../parts/unembed.ts';

interface GptNeox {
  readonly layers: number;
  readonly width: number;
  readonly mlpWidth: number;
  readonly heads: number;
  readonly headSize: number;
  readonly epsilon: number;
  readonly activation: Activation;
  readonly attentionBias: boolean;
  readonly rope: Rope;
  /** Whether attention and MLP run in parallel on the layer's input. */
  readonly isParallel: boolean;
}

const PARALLEL = 'attention and MLP run in parallel on the same input';

/** GPT-NeoX and Pythia: partial rotary embeddings and, in most models, parallel attention and MLP. */
export const gptNeox: Architecture = {
  modelTypes: ['gpt_neox'],
  classNames: ['GPTNeoXForCausalLM'],
  describe(g, config): Description {
    const model = readGptNeox(config);
    const { width, layers, epsilon } = model;
    const vocabulary = config.count('vocab_size');
    const embedded = embedding(g, 'gpt_neox.embed_in.weight', [vocabulary, width], INPUT_IDS);
    let residual = g.hook(embedded, width, ['blocks.0.hook_resid_pre', 'hook_embed', 'gpt_neox.embed_in']);
    for (let layer = 0; layer < layers; layer++) residual = describeBlock(g, model, layer, residual);

    const module = 'gpt_neox.final_layer_norm';
    const final = layerNorm(g, residual, { module, name: 'ln_final', width, epsilon });
    const isTied = config.flag('tie_word_embeddings', false);
    unembed(g, final, { module: isTied ? 'gpt_neox.embed_in' : 'embed_out', width, vocabulary });
    return {
      prefix: 'gpt_neox.',
      tied: isTied ? { embedding: 'gpt_neox.embed_in.weight', unembedding: 'embed_out.weight' } : undefined,
      missingHooks: model.isParallel ? { hook_resid_mid: PARALLEL } : {},
    };
  },
};

function readGptNeox(config: ConfigFields): GptNeox {
  const width = config.count('hidden_size');
  const heads = config.count('num_attention_heads');
  const headSize = width / heads;
  if (!Number.isInteger(headSize)) {
    throw config.unsupported(
      'num_attention_heads',
      `a divisor of ${width}`,
      'the width does not divide into heads',
    );
  }
  if (config.count('head_dim', headSize) !== headSize) {
    throw config.unsupported(
      'head_dim',
      `${headSize}, the width divided by the heads`,
      'another size of heads',
    );
  }
  const parameters = ropeParameters(config);
  return {
    layers: config.layers('num_hidden_layers'),
    width,
    mlpWidth: config.count('intermediate_size'),
    heads,
    headSize,
    epsilon: config.positive('layer_norm_eps', 1e-5),
    activation: readActivation(config, 'hidden_act', 'gelu'),
    attentionBias: config.flag('attention_bias', true),
    isParallel: config.flag('use_parallel_residual', true),
    rope: readRope(config, {
      parameters,
      theta: parameters?.optional('rope_theta') ?? config.positive('rotary_emb_base', 10_000),
      headSize,
      fraction: parameters?.optional('partial_rotary_factor') ?? config.positive('rotary_pct', 0.25),
    }),
  };
}

function describeBlock(g: GraphBuilder, model: GptNeox, layer: number, before: Tensor): Tensor {
  const { width, epsilon, isParallel } = model;
  const block = `blocks.${layer}`;
  const module = `gpt_neox.layers.${layer}`;
  const norm = (x: Tensor, name: string, path: string): Tensor =>
    layerNorm(g, x, { module: `${module}.${path}`, name: `${block}.${name}`, width, epsilon });

  const attended = describeAttention(g, model, layer, norm(before, 'ln1', 'input_layernorm'));
  const attentionOut = g.hook(attended, width, [
    `${block}.hook_attn_out`,
    `${module}.attention`,
    `${module}.attention.dense`,
  ]);
  const withAttention = g.op('Add', [before, attentionOut]);
  const middle = isParallel ? withAttention : g.hook(withAttention, width, [`${block}.hook_resid_mid`]);

  const mlp = plainMlp(g, norm(isParallel ? before : middle, 'ln2', 'post_attention_layernorm'), {
    block,
    width,
    hidden: model.mlpWidth,
    activation: model.activation,
    bias: true,
    layout: 'linear',
    modules: {
      in: `${module}.mlp.dense_h_to_4h`,
      activation: `${module}.mlp.act`,
      out: `${module}.mlp.dense_4h_to_h`,
    },
  });
  const mlpOut = g.hook(mlp, width, [
    `${block}.hook_mlp_out`,
    `${module}.mlp`,
    `${module}.mlp.dense_4h_to_h`,
  ]);
  return g.hook(g.op('Add', [middle, mlpOut]), width, residualNames(layer, model.layers, module));
}

function describeAttention(g: GraphBuilder, model: GptNeox, layer: number, x: Tensor): Tensor {
  const { width, heads, headSize, rope, attentionBias: bias } = model;
  const hooks = `blocks.${layer}.attn`;
  const module = `gpt_neox.layers.${layer}.attention`;
  const shape = { count: heads, size: headSize };
  // The projection returns query, key and value of the first head, then of the second head, and so on.
  const projection = `${module}.query_key_value`;
  const projected = linear(g, x, { module: projection, from: width, to: 3 * width, bias });
  const all = g.hook(projected, 3 * width, [projection]);
  const perHead = g.op('Reshape', [all, g.integers(0, 0, heads, 3 * headSize)]);
  const [query, key, value] = g
    .ops('Split', [perHead], 3, { attributes: { axis: -1, num_outputs: 3 } })
    .map((part, i) =>
      g.hook(g.op('Reshape', [part, g.integers(0, 0, width)]), width, [`${hooks}.hook_${'qkv'[i]}`], shape),
    );
  const rotated = (part: Tensor, name: string): Tensor =>
    g.hook(rotate(g, part, rope, heads, headSize), width, [`${hooks}.hook_rot_${name}`], shape);
  const mixed = attention(g, rotated(query!, 'q'), rotated(key!, 'k'), value!, {
    heads,
    keyValueHeads: heads,
    headSize,
    scale: headSize ** -0.5,
    window: undefined,
    softCap: undefined,
  });
  const z = g.hook(mixed, width, [`${hooks}.hook_z`], shape);
  return linear(g, z, { module: `${module}.dense`, from: width, to: width, bias });
}
