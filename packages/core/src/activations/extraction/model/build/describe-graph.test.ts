import { describe, expect, it } from 'vitest';
import { settled } from '../../../../testing/refusal.ts';
import { describeGraph } from './index.ts';
import { describeGolden, goldenConfig } from './golden-models.ts';

async function refusalOf(
  model: string,
  changes: Record<string, unknown>,
): Promise<{ code: string; message: string }> {
  const { error } = await settled(() => describeGolden(model, changes));
  return { code: error?.code ?? 'none', message: error?.message ?? '' };
}

describe('describeGraph', () => {
  it('names hooks as TransformerLens and transformers do, with their widths', async () => {
    const { hooks } = await describeGolden('llama3');
    expect(hooks.get('blocks.1.hook_mlp_out')).toEqual({ name: 'blocks.1.hook_mlp_out', width: 16 });
    expect(hooks.get('model.layers.1.mlp')).toBe(hooks.get('blocks.1.hook_mlp_out'));
    expect(hooks.get('blocks.1.hook_resid_pre')).toBe(hooks.get('blocks.0.hook_resid_post'));
    expect(hooks.get('blocks.0.attn.hook_k')).toMatchObject({ width: 16, heads: { count: 2, size: 8 } });
    expect(hooks.get('blocks.0.attn.hook_z')).toMatchObject({ width: 32, heads: { count: 4, size: 8 } });
    expect(hooks.get('logits')).toEqual({ name: 'logits', width: 32 });
  });

  it('distinguishes a module’s output from its normalised output, which is added to the residual stream', async () => {
    const { hooks } = await describeGolden('gemma2');
    expect(hooks.get('model.layers.0.mlp')).not.toBe(hooks.get('blocks.0.hook_mlp_out'));
    expect(hooks.get('model.layers.0.post_feedforward_layernorm')).toBe(hooks.get('blocks.0.hook_mlp_out'));
  });

  it('leaves out layers, weights and inputs that the hooks do not need', async () => {
    const description = await describeGolden('llama');
    const weightsOf = (...names: string[]): string[] => [
      ...new Set([...description.upTo(names).weights.values()].map(({ name }) => name)),
    ];
    expect(
      weightsOf('blocks.0.hook_resid_post').filter((name) => /layers\.1|norm\.weight$|lm_head/.test(name)),
    ).toEqual(['model.layers.0.input_layernorm.weight', 'model.layers.0.post_attention_layernorm.weight']);
    expect(weightsOf('blocks.0.attn.hook_v')).toEqual([
      'model.embed_tokens.weight',
      'model.layers.0.input_layernorm.weight',
      'model.layers.0.self_attn.v_proj.weight',
    ]);
    expect(description.upTo(['hook_embed']).inputs).toEqual(['input_ids']);
  });

  it('reads the config of a multimodal model, and one written by transformers 5', async () => {
    const flat = await goldenConfig('gemma3');
    const { rope_theta: full, rope_local_base_freq: local, rope_scaling: scaling, ...rest } = flat;
    const nested = {
      full_attention: { ...(scaling as object), rope_theta: full },
      sliding_attention: { rope_type: 'default', rope_theta: local },
    };
    const all = ['logits'];
    const expected = (await describeGolden('gemma3')).upTo(all);
    expect(describeGraph({ ...rest, rope_parameters: nested }, 'config.json').upTo(all)).toEqual(expected);
    expect(describeGraph({ ...flat, model_type: 'gemma3' }, 'config.json').upTo(all)).toEqual(expected);
  });

  it('finds an architecture by its class if the type is unknown', async () => {
    const byClass = await describeGolden('llama', {
      model_type: 'mine',
      architectures: ['LlamaForCausalLM'],
    });
    const expected = (await describeGolden('llama')).upTo(['logits']);
    expect(byClass.upTo(['logits'])).toEqual(expected);
  });

  it('reads a field under each of its names', async () => {
    const graphOf = async (model: string, changes: Record<string, unknown>): Promise<unknown> =>
      (await describeGolden(model, changes)).upTo(['logits']);
    const llama = await graphOf('llama', { rope_parameters: { rope_type: 'linear', factor: 2 } });
    const scaled = { rope_type: 'linear', factor: 2 };
    expect(await graphOf('llama', { rope_scaling: scaled })).toEqual(llama);
    expect(await graphOf('llama', { rope_scaling: {}, rope_parameters: scaled })).toEqual(llama);
    expect(await graphOf('gemma3', { rope_theta: 7 })).toEqual(
      await graphOf('gemma3', { rope_scaling: { rope_type: 'linear', factor: 3, rope_theta: 7 } }),
    );
    expect(await graphOf('gpt2', { n_head: null, num_attention_heads: 2, hidden_size: 16 })).toEqual(
      await graphOf('gpt2', {}),
    );
  });

  it('reads which layers have a sliding window', async () => {
    const windowed = async (model: string, changes: Record<string, unknown>): Promise<number[]> => {
      const description = await describeGolden(model, changes);
      const hasWindow = (layer: number): boolean =>
        description.upTo([`blocks.${layer}.hook_attn_out`]).nodes.some(({ opType }) => opType === 'Less');
      return [0, 1].filter((layer) => hasWindow(layer) && (layer === 0 || !hasWindow(layer - 1)));
    };
    const types = ['full_attention', 'sliding_attention'];
    expect(await windowed('mistral', { layer_types: types })).toEqual([1]);
    expect(await windowed('qwen2', { max_window_layers: 0 })).toEqual([0]);
    expect(await windowed('qwen2', { sliding_window: null, use_sliding_window: false })).toEqual([]);
    // The default of transformers is a window of 4096 tokens.
    for (const model of ['mistral', 'qwen2', 'gemma2']) {
      const { sliding_window: _, ...rest } = await goldenConfig(model);
      expect(describeGraph(rest, 'config.json').upTo(['logits'])).toEqual(
        (await describeGolden(model, { sliding_window: 4096 })).upTo(['logits']),
      );
    }
  });

  it('applies a sliding window unless the config disables it', async () => {
    const isWindowed = async (changes: Record<string, unknown>): Promise<boolean> => {
      const { nodes } = (await describeGolden('mistral', changes)).upTo(['logits']);
      return nodes.some(({ opType }) => opType === 'Less');
    };
    const { sliding_window: _, ...rest } = await goldenConfig('mistral');
    expect(await isWindowed({})).toBe(true);
    expect(
      describeGraph(rest, 'config.json')
        .upTo(['logits'])
        .nodes.some(({ opType }) => opType === 'Less'),
    ).toBe(true);
    expect(await isWindowed({ sliding_window: null })).toBe(false);
  });
});

describe('an unsupported config', () => {
  it('names the supported architectures', async () => {
    const { code, message } = await refusalOf('llama', {
      model_type: 'mamba',
      architectures: ['MambaForCausalLM'],
    });
    expect(code).toBe('model.unsupported-architecture');
    expect(message).toContain(
      'gpt_neox, gpt2, llama, mistral, ministral, qwen2, qwen3, gemma2, gemma3_text, gemma3',
    );
    expect(message).toContain('"mamba"');
  });

  const unsupported: [string, string, Record<string, unknown>, string][] = [
    ['a rotary embedding', 'llama', { rope_parameters: { rope_type: 'longrope' } }, 'rope_type'],
    ['rotated parts of heads', 'qwen2', { partial_rotary_factor: 0.5 }, 'partial_rotary_factor'],
    ['an activation function', 'llama', { hidden_act: 'xielu' }, 'hidden_act'],
    ['quantised weights', 'llama', { quantization_config: { quant_method: 'gptq' } }, 'quantization_config'],
    [
      'an unknown layer type',
      'gemma2',
      { layer_types: ['full_attention', 'linear_attention'] },
      'layer_types',
    ],
    ['heads that cannot be shared', 'llama', { num_key_value_heads: 3 }, 'num_key_value_heads'],
    ['an odd number of rotated dimensions', 'llama', { head_dim: 5 }, 'head_dim'],
    ['another size of heads', 'gpt-neox', { head_dim: 4 }, 'head_dim'],
    [
      'rotated parts of heads in some layers',
      'gemma3',
      { partial_rotary_factor: 0.5 },
      'partial_rotary_factor',
    ],
    ['attention that is not causal', 'gpt-neox', { is_causal: false }, 'is_causal'],
    ['settings of single layers', 'llama', { per_layer_config: { 0: {} } }, 'per_layer_config'],
    ['two values of a field', 'gpt2', { num_attention_heads: 4 }, 'num_attention_heads'],
    ['a sliding window without a size', 'gemma2', { sliding_window: null }, 'sliding_window'],
    [
      'a sliding window that is not used',
      'qwen3',
      { sliding_window: 4, layer_types: ['full_attention', 'sliding_attention'] },
      'layer_types',
    ],
    [
      'attention to later tokens',
      'gemma3',
      { use_bidirectional_attention: true },
      'use_bidirectional_attention',
    ],
    ['attention to an encoder', 'gpt2', { add_cross_attention: true }, 'add_cross_attention'],
    [
      'a width that does not divide into heads',
      'gpt-neox',
      { num_attention_heads: 3 },
      'num_attention_heads',
    ],
  ];
  for (const [what, model, changes, field] of unsupported) {
    it(`refuses ${what}`, async () => {
      const { code, message } = await refusalOf(model, changes);
      expect(code).toBe('model.unsupported-config');
      expect(message).toContain(field);
    });
  }

  const invalid: [string, Record<string, unknown>, string][] = [
    ['is missing', { hidden_size: null }, 'the field hidden_size is missing'],
    ['has the wrong type', { intermediate_size: '20' }, 'intermediate_size has an invalid value'],
    ['is out of range', { num_hidden_layers: 1e6 }, 'expected an integer from 1 to 1000; received 1000000'],
    ['lacks a parameter', { rope_parameters: { rope_type: 'linear' } }, 'the field factor is missing'],
    ['is not an object', { rope_scaling: 8 }, 'expected a JSON object; received 8'],
    ['has the wrong length', { layer_types: ['full_attention'] }, 'expected a list of 2 strings'],
  ];
  for (const [what, changes, message] of invalid) {
    it(`refuses a field that ${what}`, async () => {
      const model = 'layer_types' in changes ? 'qwen2' : 'llama';
      expect(await refusalOf(model, changes)).toMatchObject({
        code: 'model.invalid-config',
        message: expect.stringContaining(message) as string,
      });
    });
  }
});

describe('a hook that the model does not have', () => {
  it('explains why parallel models have no residual stream between attention and MLP', async () => {
    const description = await describeGolden('gpt-neox');
    const { error } = await settled(() => description.upTo(['blocks.1.hook_resid_mid']));
    expect(error?.code).toBe('hook.not-in-architecture');
    expect(error?.message).toContain('attention and MLP run in parallel');
    const serial = await describeGolden('gpt-neox-serial');
    expect(serial.upTo(['blocks.1.hook_resid_mid']).outputs).toHaveLength(1);
  });

  it('lists the existing hooks', async () => {
    const description = await describeGolden('llama');
    for (const name of ['blocks.2.hook_resid_post', 'blocks.0.hook_scale', 'model.layers.7', 'constructor']) {
      const { error } = await settled(() => description.upTo([name]));
      expect(error?.code).toBe('hook.unknown');
      expect(error?.message).toContain('blocks.{0..1}.hook_mlp_out');
    }
  });
});
