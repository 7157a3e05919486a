import { beforeAll, describe, expect, it } from 'vitest';
import { MODEL, errorOf } from '../../test-support.ts';
import { resolveHooks, type Hook } from './hooks.ts';
import { openLanguageModel, withNames, type LanguageModel } from './language-model.ts';

let model: LanguageModel;
beforeAll(async () => {
  model = await openLanguageModel(MODEL);
});
const hook = (name: string): Hook => resolveHooks(model, [name])[0]!;

describe('hooks', () => {
  it('finds the tensors of TransformerLens names, with layer and width', () => {
    expect(hook('blocks.3.hook_mlp_out')).toEqual({
      requested: 'blocks.3.hook_mlp_out',
      name: 'blocks.3.hook_mlp_out',
      tensor: '/gpt_neox/layers.3/mlp/dense_4h_to_h/Add_output_0',
      layer: 3,
      dIn: 128,
    });
    expect(hook('blocks.5.mlp.hook_post')).toMatchObject({ layer: 5, dIn: 512 });
    expect(hook('blocks.0.hook_resid_pre').tensor).toBe('/gpt_neox/embed_in/Gather_output_0');
  });

  it.each([
    ['gpt_neox.layers.3.mlp', 'blocks.3.hook_mlp_out'],
    ['gpt_neox.layers.3.mlp.dense_4h_to_h', 'blocks.3.hook_mlp_out'],
    ['gpt_neox.layers.1.attention', 'blocks.1.hook_attn_out'],
    ['gpt_neox.layers.5', 'blocks.5.hook_resid_post'],
    ['gpt_neox.embed_in', 'blocks.0.hook_resid_pre'],
    ['blocks.4.hook_resid_pre', 'blocks.3.hook_resid_post'],
  ])('resolves %s to %s', (requested, name) => {
    expect(hook(requested)).toMatchObject({ requested, name, tensor: hook(name).tensor });
  });

  it('accepts any module with one output', () => {
    expect(hook('gpt_neox.layers.2.attention.query_key_value')).toMatchObject({
      name: 'gpt_neox.layers.2.attention.query_key_value',
      layer: 2,
      dIn: 384,
    });
    expect(hook('gpt_neox.final_layer_norm')).toMatchObject({ layer: null, dIn: 128 });
  });

  it('explains that parallel residuals have no residual stream between attention and MLP', async () => {
    const error = await errorOf(() => hook('blocks.2.hook_resid_mid'));
    expect(error.code).toBe('hook.not-in-architecture');
    expect(error.details.expected).toContain('blocks.{0..5}.hook_resid_post');
  });

  it.each([
    'blocks.6.hook_mlp_out',
    'blocks.1.hook_nothing',
    'blocks.1.constructor',
    'gpt_neox.layers.3.nothing',
    '',
  ])('lists the existing names for the unknown %j', async (name) => {
    const error = await errorOf(() => hook(name));
    expect(error.code).toBe('hook.unknown');
    expect(error.details.expected).toContain('blocks.{0..5}.hook_mlp_out');
    expect(error.details.expected).toContain('gpt_neox.layers.{0..5}.mlp.act');
    expect(error.message.length).toBeLessThan(1200);
  });

  it('refers other architectures to module paths', async () => {
    const config = { ...model.config, modelType: 'other' };
    const other = { ...model, config, ...withNames(model.graph, config) };
    expect(resolveHooks(other, ['gpt_neox.layers.3.mlp'])[0]).toMatchObject({
      name: 'gpt_neox.layers.3.mlp.dense_4h_to_h',
      dIn: 128,
    });
    const error = await errorOf(() => resolveHooks(other, ['blocks.3.hook_mlp_out']));
    expect(error.code).toBe('hook.unknown');
    expect(error.details.fix).toContain('module path');
  });
});
