import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MODEL, errorOf, rowsOf, smallSpec, temporaryFolder, writeFileIn } from '../test-support.ts';
import type { ActivationStore } from '../store/activation-store.ts';
import { extractActivations } from './extract.ts';
import { planActivations, type ExtractionSpec } from './plan.ts';
import { writeBundledCheckpoint } from './model/build/bundled-weights.ts';
import { goldenConfig } from './model/build/golden-models.ts';
import { resolveFolder } from './model/model-source.ts';
import { openModel } from './model/open-model.ts';

const HOOKS = ['blocks.1.hook_mlp_out', 'blocks.2.hook_resid_post', 'blocks.4.attn.hook_z'];
const EXPORTED = HOOKS.slice(0, 2);

async function checkpoint(shards?: number): Promise<{ kind: 'folder'; folder: string }> {
  const folder = temporaryFolder();
  await writeBundledCheckpoint(folder, shards);
  return { kind: 'folder', folder };
}

const specOf = (change: Partial<ExtractionSpec>): ExtractionSpec => smallSpec(temporaryFolder(), change);

async function expectSameRows(built: ActivationStore, exported: ActivationStore): Promise<void> {
  const [a, b] = [await rowsOf(built), await rowsOf(exported)];
  expect(a.token_ids).toEqual(b.token_ids);
  const largest = b.activations.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const difference = b.activations.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - a.activations[i]!)),
    0,
  );
  expect(difference).toBeLessThan(1e-4 * largest);
}

describe('a folder with weights in safetensors', () => {
  it('gives the activations of the exported graph, from one file or shards', async () => {
    const exported = await extractActivations(specOf({ hooks: EXPORTED }));
    for (const shards of [1, 3]) {
      const spec = specOf({ model: await checkpoint(shards), hooks: HOOKS });
      const built = await extractActivations(spec);
      expect(built.map(({ hook }) => hook)).toEqual(HOOKS);
      for (const [i, store] of exported.entries()) await expectSameRows(built[i]!, store);
      // The graph and its links to the weights were deleted.
      expect(readdirSync(join(spec.dataDir, 'graphs'))).toEqual([]);
    }
  });

  it('has an identity that covers its config and the weights up to the hook', async () => {
    const model = await checkpoint(3);
    const spec = specOf({ model, hooks: HOOKS });
    const idsOf = async (): Promise<string[]> => (await planActivations(spec)).map(({ id }) => id);
    const before = await idsOf();
    expect(await idsOf()).toEqual(before);
    // The last layer is in the last shard, which the first hooks do not read.
    const last = join(model.folder, 'model-00003-of-00003.safetensors');
    rmSync(last);
    const early = { ...spec, hooks: HOOKS.slice(0, 1) };
    expect((await planActivations(early))[0]!.id).toBe(before[0]);
    expect((await errorOf(idsOf)).code).toBe('model.missing-shard');

    const config = join(model.folder, 'config.json');
    writeFileSync(
      config,
      JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), layer_norm_eps: 1e-6 }),
    );
    expect((await planActivations(early))[0]!.id).not.toBe(before[0]);
  });

  it('is used only without an exported graph', async () => {
    const [exported] = await planActivations(specOf({ hooks: EXPORTED }));
    const model = await checkpoint();
    mkdirSync(join(model.folder, 'onnx'));
    copyFileSync(join(MODEL.folder, 'onnx/model.onnx'), join(model.folder, 'onnx/model.onnx'));
    expect((await planActivations(specOf({ model, hooks: EXPORTED })))[0]!.id).toBe(exported!.id);
  });

  it('names an unknown hook, an unsupported architecture and missing weights', async () => {
    const model = await checkpoint();
    const refused = (hooks: string[]): Promise<string> =>
      errorOf(() => planActivations(specOf({ model, hooks }))).then(({ code }) => code);
    expect(await refused(['blocks.9.hook_mlp_out'])).toBe('hook.unknown');
    expect(await refused(['blocks.1.hook_resid_mid'])).toBe('hook.not-in-architecture');
    expect(await refused(['logits'])).toBe('model.missing-tensor');
    const config = join(model.folder, 'config.json');
    writeFileSync(
      config,
      JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), model_type: 'rwkv', architectures: [] }),
    );
    expect(await refused(HOOKS)).toBe('model.unsupported-architecture');
  });

  it('knows how many embeddings it has, even if the config leaves out vocab_size', async () => {
    const { folder } = await checkpoint();
    const { vocab_size: _, ...gemma } = await goldenConfig('gemma2');
    writeFileIn(folder, 'config.json', JSON.stringify(gemma));
    const path = join(folder, 'tokenizer.json');
    const json = JSON.parse(readFileSync(path, 'utf8')) as { added_tokens: object[] };
    // Gemma 2 has 256 000 embeddings by default.
    for (const [content, id] of Object.entries({ '<|last|>': 255_999, '<|far|>': 256_000 })) {
      json.added_tokens.push({ ...json.added_tokens[0], content, id });
    }
    writeFileIn(folder, 'tokenizer.json', JSON.stringify(json));
    const { tokenizer } = await openModel(await resolveFolder(folder));
    expect(tokenizer.encode('<|last|>')).toEqual([255_999]);
    expect(() => tokenizer.encode('<|far|>')).toThrow(/expected ids below 256000/);
  });
});
