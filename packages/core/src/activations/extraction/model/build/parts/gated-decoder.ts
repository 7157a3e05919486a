/**
 * The decoder of Llama and its relatives: RMS norms, rotary embeddings, grouped-query attention and a gated MLP. All of
 * them have the same module paths in `transformers`.
 */
import type { Description } from '../architecture.ts';
import type { GraphBuilder, Tensor } from '../graph-builder.ts';
import type { Activation } from './activation.ts';
import { attention } from './attention.ts';
import { embedding } from './embedding.ts';
import { linear } from './linear.ts';
import { gatedMlp } from './mlp.ts';
import { rmsNorm } from './norm.ts';
import { INPUT_IDS } from './positions.ts';
import { residualNames } from './residual.ts';
import type { Rope } from './rope-frequencies.ts';
import { rotate } from './rotary.ts';
import { unembed } from './unembed.ts';

export interface GatedDecoder {
  readonly layers: number;
  readonly width: number;
  readonly mlpWidth: number;
  readonly vocabulary: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  /** Sliding window and rotary embedding of a layer. */
  readonly layer: (layer: number) => { readonly window: number | undefined; readonly rope: Rope };
  /** The factor of the attention scores. */
  readonly scoreScale: number;
  readonly scoreCap?: number | undefined;
  readonly logitCap?: number | undefined;
  readonly embeddingScale?: number;
  readonly epsilon: number;
  /** Whether norms multiply by 1 + w. */
  readonly normOffset?: boolean;
  /** Whether the outputs of attention and MLP are normalised before they are added to the residual stream. */
  readonly postNorms?: boolean;
  /** Whether queries and keys are normalised per head before the rotation. */
  readonly queryKeyNorms?: boolean;
  readonly activation: Activation;
  readonly biases: { readonly queryKeyValue: boolean; readonly attentionOut: boolean; readonly mlp: boolean };
  /** Whether the unembedding shares the embedding's weights. */
  readonly tied: boolean;
}

export function describeGatedDecoder(g: GraphBuilder, model: GatedDecoder): Description {
  const { width, vocabulary, layers } = model;
  let embedded = embedding(g, 'model.embed_tokens.weight', [vocabulary, width], INPUT_IDS);
  if (model.embeddingScale !== undefined) embedded = g.op('Mul', [embedded, g.float(model.embeddingScale)]);
  let residual = g.hook(embedded, width, ['blocks.0.hook_resid_pre', 'hook_embed', 'model.embed_tokens']);
  for (let layer = 0; layer < layers; layer++) residual = describeBlock(g, model, layer, residual);

  const { epsilon, normOffset: offset = false } = model;
  const final = rmsNorm(g, residual, { module: 'model.norm', name: 'ln_final', width, epsilon, offset });
  const module = model.tied ? 'model.embed_tokens' : 'lm_head';
  unembed(g, final, { module, width, vocabulary, cap: model.logitCap });
  const tied = { embedding: 'model.embed_tokens.weight', unembedding: 'lm_head.weight' };
  return { prefix: 'model.', tied: model.tied ? tied : undefined, missingHooks: {} };
}

function describeBlock(g: GraphBuilder, model: GatedDecoder, layer: number, before: Tensor): Tensor {
  const { width, epsilon, normOffset: offset = false, postNorms = false } = model;
  const block = `blocks.${layer}`;
  const module = `model.layers.${layer}`;
  const norm = (x: Tensor, name: string, path: string, outputNames: string[] = []): Tensor =>
    rmsNorm(g, x, {
      module: `${module}.${path}`,
      name: `${block}.${name}`,
      outputNames,
      width,
      epsilon,
      offset,
    });
  /** Names a module's output, after its post-norm if the model has them. */
  const addition = (x: Tensor, name: string, paths: string[], postNorm: [string, string]): Tensor => {
    if (!postNorms) return g.hook(x, width, [name, ...paths]);
    return norm(g.hook(x, width, paths), ...postNorm, [name]);
  };

  const attended = describeAttention(g, model, layer, norm(before, 'ln1', 'input_layernorm'));
  const attentionOut = addition(
    attended,
    `${block}.hook_attn_out`,
    [`${module}.self_attn`, `${module}.self_attn.o_proj`],
    ['ln1_post', 'post_attention_layernorm'],
  );
  const middle = g.hook(g.op('Add', [before, attentionOut]), width, [`${block}.hook_resid_mid`]);

  const mlp = gatedMlp(
    g,
    norm(middle, 'ln2', postNorms ? 'pre_feedforward_layernorm' : 'post_attention_layernorm'),
    {
      block,
      width,
      hidden: model.mlpWidth,
      activation: model.activation,
      bias: model.biases.mlp,
      modules: {
        gate: `${module}.mlp.gate_proj`,
        activation: `${module}.mlp.act_fn`,
        up: `${module}.mlp.up_proj`,
        down: `${module}.mlp.down_proj`,
      },
    },
  );
  const mlpOut = addition(
    mlp,
    `${block}.hook_mlp_out`,
    [`${module}.mlp`, `${module}.mlp.down_proj`],
    ['ln2_post', 'post_feedforward_layernorm'],
  );
  return g.hook(g.op('Add', [middle, mlpOut]), width, residualNames(layer, model.layers, module));
}

function describeAttention(g: GraphBuilder, model: GatedDecoder, layer: number, x: Tensor): Tensor {
  const { width, heads, keyValueHeads, headSize } = model;
  const hooks = `blocks.${layer}.attn`;
  const module = `model.layers.${layer}.self_attn`;
  const { rope, window } = model.layer(layer);
  const project = (name: 'q' | 'k' | 'v', count: number): Tensor => {
    const path = `${module}.${name}_proj`;
    const size = count * headSize;
    const projected = linear(g, x, { module: path, from: width, to: size, bias: model.biases.queryKeyValue });
    return g.hook(projected, size, [`${hooks}.hook_${name}`, path], { count, size: headSize });
  };
  const rotated = (name: 'q' | 'k', count: number): Tensor => {
    const projected = project(name, count);
    const ready =
      model.queryKeyNorms === true
        ? perHead(g, model, projected, `${module}.${name}_norm`, count)
        : projected;
    const turned = rotate(g, ready, rope, count, headSize);
    return g.hook(turned, count * headSize, [`${hooks}.hook_rot_${name}`], { count, size: headSize });
  };

  const query = rotated('q', heads);
  const key = rotated('k', keyValueHeads);
  const mixed = attention(g, query, key, project('v', keyValueHeads), {
    heads,
    keyValueHeads,
    headSize,
    scale: model.scoreScale,
    window,
    softCap: model.scoreCap,
  });
  const z = g.hook(mixed, heads * headSize, [`${hooks}.hook_z`], { count: heads, size: headSize });
  return linear(g, z, {
    module: `${module}.o_proj`,
    from: heads * headSize,
    to: width,
    bias: model.biases.attentionOut,
  });
}

/** Normalises each head separately, with the same weight for all heads. */
function perHead(g: GraphBuilder, model: GatedDecoder, x: Tensor, module: string, count: number): Tensor {
  const { headSize, epsilon, normOffset: offset = false } = model;
  const heads = g.op('Reshape', [x, g.integers(0, 0, count, headSize)]);
  const normed = rmsNorm(g, heads, { module, width: headSize, epsilon, offset });
  return g.op('Reshape', [normed, g.integers(0, 0, count * headSize)]);
}
