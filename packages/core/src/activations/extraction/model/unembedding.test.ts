import { describe, expect, it } from 'vitest';
import { MODEL, temporaryFolder } from '../../test-support.ts';
import { writeBundledCheckpoint } from './build/bundled-weights.ts';
import { GOLDEN_EFFECTS, openGolden, unembeddingOf } from './golden-effects.ts';
import { resolveFolder } from './model-source.ts';
import { openModel } from './open-model.ts';
import type { OpenedModel } from './opened-model.ts';
import type { Unembedding } from './unembedding.ts';

const WIDTH = 16;

async function effects(unembedding: Unembedding, directions: readonly number[]): Promise<number[][]> {
  const rows = directions.length / WIDTH;
  const streams = Float32Array.from(directions, (value, i) => {
    const row = directions.slice(i - (i % WIDTH), i - (i % WIDTH) + WIDTH);
    return value / Math.sqrt(row.reduce((sum, other) => sum + other ** 2, 0) / WIDTH);
  });
  const { logits: empty } = await unembedding.run(new Float32Array(WIDTH), 1);
  const origin = empty.slice();
  const { logits, vocabulary } = await unembedding.run(streams, rows);
  return Array.from({ length: rows }, (_, row) =>
    Array.from(logits.subarray(row * vocabulary, (row + 1) * vocabulary), (logit, id) => logit - origin[id]!),
  );
}

/** The largest difference of the effects on any token from the expected ones. */
async function differenceOf(model: OpenedModel, name: string, hook: string): Promise<number> {
  const unembedding = await unembeddingOf(model, hook);
  const { directions, effects: wanted } = GOLDEN_EFFECTS[name]!;
  const received = await effects(unembedding, directions);
  await unembedding.close();
  expect(received.map((row) => row.length)).toEqual(wanted.map((row) => row.length));
  return Math.max(...received.flatMap((row, r) => row.map((value, id) => Math.abs(value - wanted[r]![id]!))));
}

describe('the unembedding', () => {
  it.each(Object.keys(GOLDEN_EFFECTS))(
    'of %s, built from safetensors, is that of transformers',
    async (name) => {
      expect(
        await differenceOf(await openGolden(name, 'built'), name, 'blocks.0.hook_resid_post'),
      ).toBeLessThan(1e-5);
    },
  );

  it.each([
    ['gpt2', 'model.transformer.h.0'],
    ['gemma2', 'model.model.layers.0'],
  ])('of %s, exported to ONNX, is that of transformers', async (name, hook) => {
    expect(await differenceOf(await openGolden(name, 'exported'), name, hook)).toBeLessThan(1e-5);
  });
});

describe('hooks with a direct path', () => {
  const missing = async (model: OpenedModel, hook: string): Promise<string | undefined> => {
    const found = await model.openUnembedding(model.resolve([hook])[0]!, { dataDir: temporaryFolder() });
    if ('missing' in found) return found.missing;
    await found.unembedding.close();
    return undefined;
  };

  it('are those whose values are added to the residual stream, in a built graph', async () => {
    const gemma = await openGolden('gemma2', 'built');
    expect(await missing(gemma, 'blocks.1.hook_mlp_out')).toBeUndefined();
    expect(await missing(gemma, 'blocks.1.hook_attn_out')).toBeUndefined();
    expect(await missing(gemma, 'blocks.0.hook_resid_pre')).toBeUndefined();
    expect(await missing(gemma, 'blocks.1.mlp.hook_post')).toMatch(/not in the residual stream/);
    // A norm follows.
    expect(await missing(gemma, 'model.layers.1.mlp')).toMatch(/not in the residual stream/);
  });

  it('are those whose values are added to the residual stream, in an exported graph', async () => {
    const gemma = await openGolden('gemma2', 'exported');
    expect(await missing(gemma, 'model.model.layers.1')).toBeUndefined();
    expect(await missing(gemma, 'model.model.layers.1.mlp')).toMatch(/not in the residual stream/);
    const gpt2 = await openGolden('gpt2', 'exported');
    expect(await missing(gpt2, 'model.transformer.h.0')).toBeUndefined();
    expect(await missing(gpt2, 'model.transformer.h.0.ln_1')).toMatch(/not in the residual stream/);
    const bundled = await openModel(await resolveFolder(MODEL.folder));
    expect(await missing(bundled, 'blocks.3.hook_mlp_out')).toBeUndefined();
    expect(await missing(bundled, 'gpt_neox.layers.2.attention')).toBeUndefined();
    expect(await missing(bundled, 'blocks.3.mlp.hook_post')).toMatch(/not in the residual stream/);
  });

  it('need an unembedding', async () => {
    const folder = temporaryFolder();
    await writeBundledCheckpoint(folder);
    const model = await openModel(await resolveFolder(folder));
    expect(await missing(model, 'blocks.0.hook_resid_post')).toMatch(
      /no tensor "gpt_neox.final_layer_norm.weight"/,
    );
  });
});
