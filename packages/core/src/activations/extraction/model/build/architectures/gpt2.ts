import type { Architecture, Description } from '../architecture.ts';
import type { ConfigFields } from '../config-fields.ts';
import type { GraphBuilder, Tensor } from '../graph-builder.ts';
import { readActivation, type Activation } from '../parts/activation.ts';
import { attention } from '../parts/attention.ts';
import { embedding } from '../parts/embedding.ts';
import { linear } from '../parts/linear.ts';
import { plainMlp } from '../parts/mlp.ts';
import { layerNorm } from '../parts/norm.ts';
import { INPUT_IDS, positions } from '../parts/positions.ts';
import { residualNames } from '../parts/residual.ts';
import { unembed } from '../parts/unembed.ts';

interface Gpt2 {
  readonly layers: number;
  readonly width: number;
  readonly mlpWidth: number;
  readonly heads: number;
  readonly headSize: number;
  readonly epsilon: number;
  readonly activation: Activation;
  readonly scoreScale: (layer: number) => number;
}

/** Names that `transformers` reads in addition to GPT-2's own. */
const OTHER_NAMES = {
  hidden_size: 'n_embd',
  num_hidden_layers: 'n_layer',
  num_attention_heads: 'n_head',
  max_position_embeddings: 'n_positions',
};

/** GPT-2: learned positions, LayerNorm, weights stored [in, out]. */
export const gpt2: Architecture = {
  modelTypes: ['gpt2'],
  classNames: ['GPT2LMHeadModel'],
  describe(g, given): Description {
    const config = given.renamed(OTHER_NAMES);
    const model = readGpt2(config);
    const { width, layers, epsilon } = model;
    const vocabulary = config.count('vocab_size');
    const tokens = embedding(g, 'transformer.wte.weight', [vocabulary, width], INPUT_IDS);
    const places = embedding(
      g,
      'transformer.wpe.weight',
      [config.count('n_positions', 1024), width],
      positions(g),
    );
    const embedded = g.op('Add', [
      g.hook(tokens, width, ['hook_embed', 'transformer.wte']),
      g.hook(places, width, ['hook_pos_embed', 'transformer.wpe']),
    ]);
    let residual = g.hook(embedded, width, ['blocks.0.hook_resid_pre']);
    for (let layer = 0; layer < layers; layer++) residual = describeBlock(g, model, layer, residual);

    const final = layerNorm(g, residual, { module: 'transformer.ln_f', name: 'ln_final', width, epsilon });
    const isTied = config.flag('tie_word_embeddings', true);
    unembed(g, final, { module: isTied ? 'transformer.wte' : 'lm_head', width, vocabulary });
    const tied = { embedding: 'transformer.wte.weight', unembedding: 'lm_head.weight' };
    return { prefix: 'transformer.', tied: isTied ? tied : undefined, missingHooks: {} };
  },
};

function readGpt2(config: ConfigFields): Gpt2 {
  if (config.flag('add_cross_attention', false)) {
    throw config.unsupported('add_cross_attention', 'false', 'there is no encoder to attend to');
  }
  const width = config.count('n_embd', 768);
  const heads = config.count('n_head', 12);
  const headSize = width / heads;
  if (!Number.isInteger(headSize)) {
    throw config.unsupported('n_head', `a divisor of ${width}`, 'the width does not divide into heads');
  }
  const scale = config.flag('scale_attn_weights', true) ? headSize ** -0.5 : 1;
  const isScaledByLayer = config.flag('scale_attn_by_inverse_layer_idx', false);
  return {
    layers: config.layers('n_layer', 12),
    width,
    mlpWidth: config.count('n_inner', 4 * width),
    heads,
    headSize,
    epsilon: config.positive('layer_norm_epsilon', 1e-5),
    activation: readActivation(config, 'activation_function', 'gelu_new'),
    scoreScale: (layer) => (isScaledByLayer ? scale / (layer + 1) : scale),
  };
}

function describeBlock(g: GraphBuilder, model: Gpt2, layer: number, before: Tensor): Tensor {
  const { width, epsilon } = model;
  const block = `blocks.${layer}`;
  const module = `transformer.h.${layer}`;
  const norm = (x: Tensor, name: string, path: string): Tensor =>
    layerNorm(g, x, { module: `${module}.${path}`, name: `${block}.${name}`, width, epsilon });

  const attended = describeAttention(g, model, layer, norm(before, 'ln1', 'ln_1'));
  const attentionOut = g.hook(attended, width, [
    `${block}.hook_attn_out`,
    `${module}.attn`,
    `${module}.attn.c_proj`,
  ]);
  const middle = g.hook(g.op('Add', [before, attentionOut]), width, [`${block}.hook_resid_mid`]);

  const mlp = plainMlp(g, norm(middle, 'ln2', 'ln_2'), {
    block,
    width,
    hidden: model.mlpWidth,
    activation: model.activation,
    bias: true,
    layout: 'conv1d',
    modules: { in: `${module}.mlp.c_fc`, activation: `${module}.mlp.act`, out: `${module}.mlp.c_proj` },
  });
  const mlpOut = g.hook(mlp, width, [`${block}.hook_mlp_out`, `${module}.mlp`, `${module}.mlp.c_proj`]);
  return g.hook(g.op('Add', [middle, mlpOut]), width, residualNames(layer, model.layers, module));
}

function describeAttention(g: GraphBuilder, model: Gpt2, layer: number, x: Tensor): Tensor {
  const { width, heads, headSize } = model;
  const hooks = `blocks.${layer}.attn`;
  const module = `transformer.h.${layer}.attn`;
  const shape = { count: heads, size: headSize };
  const project = (from: Tensor, path: string, to: number): Tensor =>
    linear(g, from, { module: path, from: width, to, bias: true, layout: 'conv1d' });
  const all = g.hook(project(x, `${module}.c_attn`, 3 * width), 3 * width, [`${module}.c_attn`]);
  const [query, key, value] = g
    .ops('Split', [all], 3, { attributes: { axis: -1, num_outputs: 3 } })
    .map((part, i) => g.hook(part, width, [`${hooks}.hook_${'qkv'[i]}`], shape));
  const mixed = attention(g, query!, key!, value!, {
    heads,
    keyValueHeads: heads,
    headSize,
    scale: model.scoreScale(layer),
    window: undefined,
    softCap: undefined,
  });
  const z = g.hook(mixed, width, [`${hooks}.hook_z`], shape);
  return project(z, `${module}.c_proj`, width);
}
