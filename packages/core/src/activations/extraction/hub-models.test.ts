import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { DownloadProgress } from '@sae-lab/hub';
import { servedFolder, startHubServer, type HubServer } from '@sae-lab/hub/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { MODEL, errorOf, rowsOf, smallSpec, temporaryFolder } from '../test-support.ts';
import type { ActivationStore } from '../store/activation-store.ts';
import { extractActivations } from './extract.ts';
import { writeBundledCheckpoint } from './model/build/bundled-weights.ts';
import { listHooks } from './model/list-hooks.ts';
import { planActivations, type ExtractionSpec } from './plan.ts';

const HOOKS = ['blocks.1.hook_mlp_out', 'blocks.2.hook_resid_post'];

let folder: string;
let server: HubServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sae-lab-checkpoints-'));
  for (const [name, shards] of [
    ['single', 1],
    ['sharded', 3],
  ] as const) {
    mkdirSync(join(folder, name));
    await writeBundledCheckpoint(join(folder, name), shards);
  }
  const exported = servedFolder(MODEL.folder);
  const single = servedFolder(join(folder, 'single'));
  const other = Buffer.from(exported['config.json']!)
    .toString()
    .replaceAll(/gpt_neox|GPTNeoX/g, 'other');
  server = await startHubServer({
    repositories: [
      { type: 'model', id: 'org/exported', files: exported },
      {
        type: 'model',
        id: 'org/both',
        files: { ...exported, ...single },
        branches: { documented: { ...exported, ...single, 'README.md': 'new' }, old: exported },
      },
      { type: 'model', id: 'org/sharded', files: servedFolder(join(folder, 'sharded')) },
      { type: 'model', id: 'org/other', files: { ...exported, ...single, 'config.json': other } },
      { type: 'model', id: 'org/pickled', files: { 'config.json': '{}', 'pytorch_model.bin': 'x' } },
    ],
  });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  server.reset();
  vi.stubEnv('HF_ENDPOINT', server.endpoint);
  vi.stubEnv('HF_HOME', temporaryFolder());
});
afterEach(() => void vi.unstubAllEnvs());

const specOf = (id: string, change: Partial<ExtractionSpec> = {}): ExtractionSpec =>
  smallSpec(temporaryFolder(), { model: { kind: 'hub', id }, hooks: HOOKS, ...change });
const downloaded = (): string[] =>
  server.requests
    .filter(({ path }) => path.includes('/resolve/'))
    .map(({ path }) => basename(path))
    .toSorted();

async function expectSameRows(found: ActivationStore, expected: ActivationStore): Promise<void> {
  const [a, b] = [await rowsOf(found), await rowsOf(expected)];
  expect(a.token_ids).toEqual(b.token_ids);
  const largest = b.activations.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const difference = b.activations.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - a.activations[i]!)),
    0,
  );
  expect(difference).toBeLessThan(1e-4 * largest);
}

describe('a model on the hub', () => {
  it('gives the activations of the folder, from a graph or from safetensors', async () => {
    const expected = await extractActivations(smallSpec(temporaryFolder(), { hooks: HOOKS }));
    for (const id of ['org/exported', 'org/both', 'org/sharded']) {
      const found = await extractActivations(specOf(id));
      for (const [i, store] of expected.entries()) await expectSameRows(found[i]!, store);
      const commit = expect.stringMatching(/^[0-9a-f]{40}$/) as string;
      expect(found[0]!.manifest).toMatchObject({ model: { name: id, commit } });
    }
  });

  it('is downloaded once, only the files that are needed, with progress', async () => {
    const progress: DownloadProgress[] = [];
    await planActivations(specOf('org/sharded', { onDownload: (event) => progress.push(event) }));
    expect(downloaded()).toEqual([
      'config.json',
      'generation_config.json',
      'model-00001-of-00003.safetensors',
      'model-00002-of-00003.safetensors',
      'model.safetensors.index.json',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    const { bytes, totalBytes } = progress.at(-1)!;
    expect(bytes).toBe(totalBytes);
    server.reset();
    await planActivations(specOf('org/sharded'));
    expect(downloaded()).toEqual([]);

    // A built graph has every hook, so weights in safetensors come before an exported graph.
    await planActivations(specOf('org/both'));
    expect(downloaded()).toContain('model.safetensors');
    expect(downloaded()).not.toContain('model.onnx');
    server.reset();
    await planActivations(specOf('org/other', { hooks: ['gpt_neox.layers.1.mlp'] }));
    expect(downloaded()).toContain('model.onnx');
    expect(downloaded()).not.toContain('model.safetensors');
  });

  it('is identified by its files, at whichever commit or in whichever folder', async () => {
    const idOf = async (revision?: string): Promise<string> => {
      const model = { kind: 'hub', id: 'org/both', ...(revision !== undefined && { revision }) } as const;
      return (await planActivations(specOf('', { model })))[0]!.id;
    };
    const main = await idOf();
    expect(await idOf('main')).toBe(main);
    expect(await idOf('documented')).toBe(main);
    const [byFolder] = await planActivations(smallSpec(temporaryFolder(), { hooks: HOOKS }));
    expect(await idOf('old')).toBe(byFolder!.id);
    expect(byFolder!.id).not.toBe(main);
  });

  it('comes from the cache, with a warning, while the hub cannot be reached', async () => {
    await planActivations(specOf('org/both'));
    const warnings: string[] = [];
    vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9');
    await planActivations(specOf('org/both'), (sentence) => warnings.push(sentence));
    expect(warnings.join()).toContain(
      'the hub cannot be reached, so the model org/both is the one in the cache',
    );
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    warnings.length = 0;
    await planActivations(specOf('org/both'), (sentence) => warnings.push(sentence));
    expect(warnings).toEqual([]);
    expect((await errorOf(() => planActivations(specOf('org/exported')))).code).toBe('hub.not-cached');
  });

  it('comes from a cache that only has some files, as Python leaves it', async () => {
    const [{ id } = { id: '' }] = await planActivations(specOf('org/both'));
    const repository = join(process.env['HF_HOME']!, 'hub', 'models--org--both');
    rmSync(join(repository, 'trees'), { recursive: true });
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    expect((await planActivations(specOf('org/both')))[0]!.id).toBe(id);
    const [snapshot] = readdirSync(join(repository, 'snapshots'));
    for (const file of ['tokenizer.json', 'model.safetensors']) {
      rmSync(join(repository, 'snapshots', snapshot!, file));
      const error = await errorOf(() => planActivations(specOf('org/both')));
      expect(error.code).toBe('hub.not-cached');
      expect(error.message).toContain(file);
    }
  });

  it('lists its hooks from the config alone', async () => {
    const hooks = await listHooks({ kind: 'hub', id: 'org/sharded' });
    expect(downloaded()).toEqual(['config.json']);
    expect(hooks).toContainEqual({
      name: 'blocks.0.hook_resid_post',
      aliases: expect.arrayContaining(['blocks.1.hook_resid_pre', 'gpt_neox.layers.0']) as string[],
      dIn: 128,
    });
    // The hooks of an exported graph are known only from the graph itself.
    const exported = await listHooks({ kind: 'hub', id: 'org/exported' });
    expect(exported.find(({ name }) => name === 'blocks.1.mlp.hook_post')?.dIn).toBe(512);
    const [id] = await planActivations(specOf('org/sharded', { hooks: ['blocks.{1,2}.attn.hook_z'] }));
    expect(id!.hook.name).toBe('blocks.1.attn.hook_z');
  });

  it('is refused if it does not exist or has no usable weights', async () => {
    const refused = (id: string): Promise<{ code: string; message: string }> =>
      errorOf(() => planActivations(specOf(id)));
    expect((await refused('org/bothe')).code).toBe('hub.unknown-repository');
    const error = await refused('org/pickled');
    expect(error.code).toBe('model.no-weights');
    expect(error.message).toContain('pytorch_model.bin');
    expect(
      (await errorOf(() => planActivations(specOf('org/both', { hooks: ['blocks.7.hook_mlp_out'] })))).code,
    ).toBe('hook.unknown');
    expect(downloaded()).not.toContain('model.safetensors');
  });
});
