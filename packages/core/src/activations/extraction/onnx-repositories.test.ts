import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { startHubServer, type HubServer } from '@sae-lab/hub/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { datasetOf, errorOf, rowsOf, smallSpec, temporaryFolder, writeFileIn } from '../test-support.ts';
import { extractActivations } from './extract.ts';
import { exportedGraph, filesOf } from './model/exported/golden-exports.ts';
import { listHooks } from './model/list-hooks.ts';
import type { ModelSource } from './model/model-source.ts';
import { splitWeights } from './model/split-weights.ts';
import { planActivations, type ExtractionSpec } from './plan.ts';

const HOOKS = ['blocks.0.hook_resid_mid', 'blocks.1.hook_mlp_out', 'blocks.1.attn.hook_k'];
const TEXTS = ['t1 t5 t9 t2 t3 t31', 't4 t4 t7', 't20 t1 t2 t3 t4 t5 t6 t7 t8'];

const split = splitWeights(exportedGraph('llama', 'optimum'), 'model.onnx_data');
/** A repository as those of onnx-community. */
const VARIANTS = {
  ...filesOf('llama'),
  'onnx/model.onnx': split.graph,
  'onnx/model.onnx_data': split.weights,
  'onnx/model_fp16.onnx': exportedGraph('llama', 'fp16'),
  'onnx/model_quantized.onnx': exportedGraph('llama', 'q8'),
  'onnx/model_q4.onnx': exportedGraph('llama', 'q4'),
};

let server: HubServer;
beforeAll(async () => {
  server = await startHubServer({
    repositories: [
      { type: 'model', id: 'org/variants', files: VARIANTS },
      {
        type: 'model',
        id: 'org/quantised',
        files: { ...filesOf('llama'), 'onnx/model_quantized.onnx': exportedGraph('llama', 'q8') },
      },
      {
        type: 'model',
        id: 'org/merged',
        files: { ...filesOf('llama'), 'onnx/decoder_model_merged_quantized.onnx': new Uint8Array(8) },
      },
      {
        type: 'model',
        id: 'org/decoder',
        files: { ...filesOf('gpt-neox'), 'onnx/decoder_model.onnx': exportedGraph('gpt-neox', 'bare') },
      },
      {
        type: 'model',
        id: 'org/weights',
        files: { ...filesOf('llama'), 'model.safetensors': new Uint8Array(8) },
      },
    ],
  });
});
afterAll(() => server.close());
beforeEach(() => {
  server.reset();
  vi.stubEnv('HF_ENDPOINT', server.endpoint);
  vi.stubEnv('HF_HOME', temporaryFolder());
});
afterEach(() => void vi.unstubAllEnvs());

type Choice = Omit<Extract<ModelSource, { kind: 'hub' }>, 'kind'>;
const specOf = (model: ModelSource, change: Partial<ExtractionSpec> = {}): ExtractionSpec =>
  smallSpec(temporaryFolder(), {
    model,
    hooks: HOOKS,
    dataset: datasetOf(temporaryFolder(), TEXTS),
    ...change,
  });
const named = (choice: Choice): ModelSource => ({ kind: 'hub', ...choice });
const idsOf = async (model: ModelSource): Promise<string[]> =>
  (await planActivations(specOf(model))).map(({ id }) => id);
const downloadedGraphs = (): string[] =>
  server.requests
    .filter(({ path }) => path.includes('/resolve/') && path.includes('onnx'))
    .map(({ path }) => basename(path))
    .toSorted();

describe('an ONNX repository', () => {
  it('gives the float32 graph with its separate weights, or the one with the dtype', async () => {
    const rows: Float32Array[] = [];
    for (const [dtype, files, bound] of [
      [undefined, ['model.onnx', 'model.onnx_data'], 0],
      ['fp32', ['model.onnx', 'model.onnx_data'], 0],
      ['fp16', ['model_fp16.onnx'], 0.01],
      ['q8', ['model_quantized.onnx'], 0.2],
      ['q4', ['model_q4.onnx'], 0.8],
    ] as const) {
      server.reset();
      vi.stubEnv('HF_HOME', temporaryFolder());
      const choice = { id: 'org/variants', ...(dtype !== undefined && { dtype }) };
      const stores = await extractActivations(specOf(named(choice)));
      expect(downloadedGraphs()).toEqual(files);
      expect(stores.map(({ hook }) => hook)).toEqual(HOOKS);
      expect(stores[0]!.manifest).toMatchObject({ model: { name: 'org/variants' } });
      expect((stores[0]!.manifest as { model?: { dtype?: string } }).model?.dtype).toBe(dtype);
      const { activations } = await rowsOf(stores[1]!);
      rows.push(Float32Array.from(activations));
      const largest = rows[0]!.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const difference = rows[0]!.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - activations[i]!)),
        0,
      );
      expect(difference / largest).toBeLessThanOrEqual(bound);
      if (bound > 0) expect(difference).toBeGreaterThan(0);
    }
  });

  it('has a different identity for each dtype, and the same for the default one', async () => {
    const [plain, single, half, quantised] = [
      await idsOf(named({ id: 'org/variants' })),
      await idsOf(named({ id: 'org/variants', dtype: 'fp32' })),
      await idsOf(named({ id: 'org/variants', dtype: 'fp16' })),
      await idsOf(named({ id: 'org/variants', dtype: 'q8' })),
    ];
    expect(single).toEqual(plain);
    expect(new Set([...plain, ...half, ...quantised]).size).toBe(3 * HOOKS.length);
  });

  it('lists the dtypes that it has instead of a missing one', async () => {
    const missing = await errorOf(() => idsOf(named({ id: 'org/variants', dtype: 'bnb4' })));
    expect(missing).toMatchObject({
      code: 'model.missing-variant',
      details: { field: 'model.dtype', expected: 'fp32, fp16, q8, q4', received: 'bnb4' },
    });
    const none = await errorOf(() => idsOf(named({ id: 'org/quantised' })));
    expect(none).toMatchObject({ code: 'model.missing-variant', details: { expected: 'q8' } });
    expect(none.details.fix).toContain("'q8'");
    expect(await idsOf(named({ id: 'org/quantised', dtype: 'q8' }))).toHaveLength(HOOKS.length);
    // All variants have the same hooks.
    const listed = (await listHooks(named({ id: 'org/quantised' }))).map(({ name }) => name);
    expect(listed).toEqual(expect.arrayContaining(HOOKS));
    const built = await errorOf(() => idsOf(named({ id: 'org/weights', dtype: 'fp16' })));
    expect(built).toMatchObject({ code: 'model.missing-variant' });
    expect(built.details.fix).toContain('Leave out the dtype');
  });

  it('says what to take instead of a merged decoder', async () => {
    for (const choice of [{ id: 'org/merged' }, { id: 'org/merged', dtype: 'q8' }] as const) {
      const error = await errorOf(() => idsOf(named(choice)));
      expect(error.code).toBe('model.merged-decoder');
      expect(error.message).toContain('onnx/decoder_model_merged_quantized.onnx');
      expect(error.details.expected).toContain('weights in safetensors');
    }
  });

  it('may have decoder_model.onnx, with token ids as the only input', async () => {
    const hooks = await listHooks(named({ id: 'org/decoder' }));
    expect(hooks.map(({ name }) => name)).toEqual(expect.arrayContaining(['blocks.1.attn.hook_q']));
    const [store] = await extractActivations(
      specOf(named({ id: 'org/decoder' }), { hooks: ['blocks.1.hook_resid_post'] }),
    );
    expect((await rowsOf(store!)).activations.every(Number.isFinite)).toBe(true);
    const before = await errorOf(() =>
      planActivations(specOf(named({ id: 'org/decoder' }), { hooks: ['blocks.1.hook_resid_mid'] })),
    );
    expect(before.code).toBe('hook.not-in-architecture');
  });
});

describe('a folder with several graphs', () => {
  it('gives the one with the dtype', async () => {
    const folder = temporaryFolder();
    for (const [file, content] of Object.entries(VARIANTS)) writeFileIn(folder, basename(file), content);
    const half = await idsOf({ kind: 'folder', folder, dtype: 'fp16' });
    const plain = await idsOf({ kind: 'folder', folder });
    expect(new Set([...half, ...plain]).size).toBe(2 * HOOKS.length);
    rmSync(join(folder, 'model.onnx'));
    // Without a dtype, half precision is used if there is no other.
    expect(await idsOf({ kind: 'folder', folder })).toEqual(half);
    rmSync(join(folder, 'model_fp16.onnx'));
    const error = await errorOf(() => idsOf({ kind: 'folder', folder }));
    expect(error).toMatchObject({ code: 'model.missing-variant', details: { expected: 'q8, q4' } });
    const unknown = await errorOf(() => idsOf({ kind: 'folder', folder, dtype: 'q9' as 'q8' }));
    expect(unknown.code).toBe('extraction.invalid-model');
    expect(unknown.message).toContain('bnb4');
  });
});
