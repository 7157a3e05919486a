import { beforeAll, describe, expect, it } from 'vitest';
import { MODEL, errorOf } from '../../test-support.ts';
import { expandGlobs } from './expand-globs.ts';
import { locateModel } from './locate-model.ts';
import { openModel } from './open-model.ts';
import type { OpenedModel } from './opened-model.ts';

let model: OpenedModel;
beforeAll(async () => {
  model = await openModel(await locateModel(MODEL));
});
const expand = (...names: string[]): string[] => expandGlobs(model, names);
const layers = (pattern: string, numbers: readonly number[]): string[] =>
  numbers.map((layer) => pattern.replace('#', String(layer)));

describe('expandGlobs', () => {
  it('replaces globs by the hooks that match, in the order of the model', () => {
    expect(expand('blocks.*.hook_mlp_out')).toEqual(layers('blocks.#.hook_mlp_out', [0, 1, 2, 3, 4, 5]));
    expect(expand('blocks.[02].hook_mlp_out')).toEqual(layers('blocks.#.hook_mlp_out', [0, 2]));
    expect(expand('blocks.{1..3,5}.hook_mlp_out', 'blocks.0.hook_attn_out')).toEqual([
      ...layers('blocks.#.hook_mlp_out', [1, 2, 3, 5]),
      'blocks.0.hook_attn_out',
    ]);
    expect(expand('blocks.{4..4}.hook_mlp_out')).toEqual(['blocks.4.hook_mlp_out']);
    expect(expand('gpt_neox.layers.?.mlp')).toEqual(layers('gpt_neox.layers.#.mlp', [0, 1, 2, 3, 4, 5]));
    // `*` does not match dots.
    expect(expand('blocks.1.*')).not.toContain('blocks.1.mlp.hook_post');
    expect(expand('blocks.1.**')).toContain('blocks.1.mlp.hook_post');
  });

  it('returns a tensor with several names once', () => {
    const found = expand('blocks.*.hook_resid_*');
    expect(found).toHaveLength(7);
    expect(new Set(model.resolve(found).map(({ tensor }) => tensor)).size).toBe(7);
  });

  it('returns names as they are, and refuses a glob without a match', async () => {
    expect(expand('blocks.9.hook_mlp_out')).toEqual(['blocks.9.hook_mlp_out']);
    const error = await errorOf(() => expand('blocks.*.hook_mlp'));
    expect(error).toMatchObject({ code: 'hook.unknown', details: { received: '"blocks.*.hook_mlp"' } });
    expect(error.message).toContain('blocks.{0..5}.hook_mlp_out');
  });
});
