/** SAEs of other projects compute here what their own libraries compute. tests/reference/saes.py makes the files. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hubSettings } from '@sae-lab/hub';
import { servedFolder, startHubServer } from '@sae-lab/hub/testing';
import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readSafetensors, writeSafetensors, type FileTensor } from '../files/safetensors.ts';
import { errorOf } from '../activations/test-support.ts';
import { LoadedSae } from './loaded-sae.ts';
import { loadForeignSae } from './load-foreign-sae.ts';

const GOLDENS = join(import.meta.dirname, '../../../../tests/reference/saes');
/** The folder of an SAE in that of a golden. */
const folderOf = (name: string): string =>
  join(GOLDENS, name, name.startsWith('sparsify') ? 'layers.3' : '.');
const EXPECTED = 'expected.safetensors';
const loadable = readdirSync(GOLDENS).filter((name) => existsSync(join(folderOf(name), EXPECTED)));

beforeAll(() => useCpuBackend({ threads: 1 }));

describe('the code and the reconstruction', () => {
  it('have goldens of every format', () => {
    expect(loadable).toHaveLength(30);
  });

  it.each(loadable)('of %s are those of its library', async (name) => {
    const { tensors } = await readSafetensors(join(folderOf(name), EXPECTED));
    const { sae, origin } = await loadForeignSae(folderOf(name));
    const loaded = new LoadedSae(sae);
    const { x, f, y } = tensors as Record<'x' | 'f' | 'y', FileTensor>;
    const code = loaded.encode(tf.tensor2d(x.data as Float32Array, x.shape as [number, number]));
    expectClose(code, f.data);
    expectClose(loaded.decode(code), y.data);
    if (name.startsWith('saelens-') && !name.startsWith('saelens-5')) {
      expect(origin).toEqual({
        hookName: 'blocks.3.hook_resid_post',
        modelName: 'pythia-70m-deduped',
        contextSize: 128,
        prependBos: true,
      });
    }
    loaded.dispose();
  });
});

function expectClose(actual: tf.Tensor, expected: FileTensor['data']): void {
  const values = actual.dataSync();
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(2e-5));
}

describe('what is known of an SAE', () => {
  it.each([
    ['saelens-checkpoint-matryoshka', 'saelens', 'matryoshka_batchtopk', 'blocks.3.hook_resid_post'],
    ['saelens-5-topk', 'saelens', 'topk', 'blocks.3.hook_resid_pre'],
    ['dictionary-learning-BatchTopKSAE', 'dictionary_learning', 'BatchTopKSAE', 'blocks.3.hook_resid_post'],
    ['sparsify-topk', 'sparsify', 'topk', 'blocks.3.hook_resid_post'],
    ['gemma-scope-stored', 'gemma-scope', 'jumprelu', undefined],
  ])('of %s', async (name, format, architecture, hookName) => {
    const loaded = await loadForeignSae(folderOf(name));
    expect(loaded).toMatchObject({ format, architecture, warnings: [] });
    expect(loaded.origin.hookName).toBe(hookName);
  });
});

/** A copy of a golden with changed fields of its configuration. */
function changed(name: string, change: (config: Record<string, unknown>) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'sae-lab-foreign-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(folderOf(name), folder, { recursive: true });
  const file = join(folder, existsSync(join(folder, 'cfg.json')) ? 'cfg.json' : 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  change(config);
  writeFileSync(file, JSON.stringify(config));
  return folder;
}

/** Replaces or removes a tensor of a golden in SAELens's format. */
async function reweighted(
  name: string,
  change: (tensors: Record<string, FileTensor>) => void,
): Promise<string> {
  const folder = changed(name, () => {});
  const file = join(folder, 'sae_weights.safetensors');
  const { tensors } = await readSafetensors(file);
  change(tensors);
  await writeSafetensors(file, tensors);
  return folder;
}

describe('a configuration with other mathematics is refused', () => {
  const saelens = 'saelens-standard';
  it.each<[string, string, Record<string, unknown>, string]>([
    ['normalize_activations', saelens, { normalize_activations: 'layer_norm' }, 'sae.unsupported'],
    ['normalize_activations', 'saelens-5-standard', { normalize_activations: true }, 'sae.unsupported'],
    ['reshape_activations', saelens, { reshape_activations: 'hook_z' }, 'sae.unsupported'],
    ['hook_point', 'saelens-5-standard', { hook_point: 'blocks.3.attn.hook_z' }, 'sae.unsupported'],
    ['finetuning_scaling_factor', saelens, { finetuning_scaling_factor: true }, 'sae.unsupported'],
    ['noise_std', saelens, { noise_std: 0.1 }, 'sae.unsupported'],
    ['activation_fn', 'saelens-5-standard', { activation_fn: 'tanh-relu' }, 'sae.unsupported'],
    [
      'activation_fn_kwargs.signed',
      'saelens-5-topk',
      { activation_fn_kwargs: { k: 8, signed: true } },
      'sae.unsupported',
    ],
    ['architecture', saelens, { architecture: 'temporal' }, 'sae.unsupported'],
    ['hook_head_index', saelens, { hook_head_index: 3 }, 'sae.unsupported'],
    ['rescale_acts_by_decoder_norm', saelens, { rescale_acts_by_decoder_norm: true }, 'sae.unsupported'],
    ['hook_name_out', saelens, { hook_name_out: 'blocks.3.hook_mlp_out' }, 'sae.unsupported'],
    ['k', 'saelens-topk', { k: undefined }, 'sae.bad-config'],
    ['k', 'saelens-topk', { k: 65 }, 'sae.unsupported'],
    ['d_in', saelens, { d_in: '16' }, 'sae.bad-config'],
    ['apply_b_dec_to_input', saelens, { apply_b_dec_to_input: 1 }, 'sae.bad-config'],
    ['gain', saelens, { gain: 2 }, 'sae.unknown-field'],
    ['activation', 'sparsify-topk', { activation: 'groupmax' }, 'sae.unsupported'],
    ['signed', 'sparsify-topk', { signed: true }, 'sae.unsupported'],
    ['transcode', 'sparsify-topk', { transcode: true }, 'sae.unsupported'],
    ['gain', 'sparsify-topk', { gain: 2 }, 'sae.unknown-field'],
  ])('%s of %s', async (field, name, fields, code) => {
    const folder = changed(name, (config) => Object.assign(config, fields));
    const error = await errorOf(() => loadForeignSae(folder));
    expect(error).toMatchObject({ code, details: { field: `${field} in ${join(folder, 'cfg.json')}` } });
  });

  it.each([
    ['saelens-transcoder', 'architecture'],
    ['sparsify-skip', 'skip_connection'],
    ['sparsify-groupmax', 'activation'],
  ])('%s', async (name, field) => {
    const error = await errorOf(() => loadForeignSae(folderOf(name)));
    expect(error.code).toBe('sae.unsupported');
    expect(error.details.field).toMatch(new RegExp(`^${field} in `));
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['trainer.dict_class', { dict_class: 'IdentityDict' }, 'sae.unsupported'],
    ['trainer.k', { k: 9 }, 'sae.unsupported'],
    ['trainer.gain', { gain: 2 }, 'sae.unknown-field'],
  ])('%s of dictionary_learning', async (field, fields, code) => {
    const folder = changed('dictionary-learning-AutoEncoderTopK', ({ trainer }) =>
      Object.assign(trainer as object, fields),
    );
    const error = await errorOf(() => loadForeignSae(folder));
    expect(error).toMatchObject({ code, details: { field: `${field} in ${join(folder, 'config.json')}` } });
  });

  it('a configuration of dictionary_learning without its trainer', async () => {
    const folder = changed('dictionary-learning-AutoEncoder', (config) => delete config['trainer']);
    const error = await errorOf(() => loadForeignSae(folder));
    expect(error).toMatchObject({ code: 'sae.bad-config', details: { received: 'no such field' } });
  });

  it('a transcoder of dictionary_learning', async () => {
    const folder = changed('dictionary-learning-AutoEncoder', (config) =>
      Object.assign(config, { buffer: { io: 'in_and_out' } }),
    );
    expect((await errorOf(() => loadForeignSae(folder))).details.field).toMatch(/^buffer\.io in /);
  });

  it('but not one that only describes the training', async () => {
    const folder = changed('saelens-standard', (config) =>
      Object.assign(config, { l1_coefficient: 3, seed: 4 }),
    );
    expect((await loadForeignSae(folder)).metadata).toMatchObject({ l1_coefficient: 3, seed: 4 });
  });

  it('warns of a model that was loaded with changed weights', async () => {
    const folder = changed('saelens-standard', ({ metadata }) =>
      Object.assign(metadata as object, { model_from_pretrained_kwargs: { center_writing_weights: true } }),
    );
    expect((await loadForeignSae(folder)).warnings).toEqual([
      expect.stringContaining('{"center_writing_weights":true}'),
    ]);
  });
});

describe('weights that do not fit are refused', () => {
  const ones = (shape: number[], value = 1): FileTensor => ({
    dtype: 'F32',
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value),
  });
  it.each<[string, string, (tensors: Record<string, FileTensor>) => void, string, RegExp]>([
    [
      'NaN',
      'saelens-standard',
      (t) => void (t['W_dec']!.data[3] = NaN),
      'sae.not-finite',
      /W_dec.*NaN at index 3/,
    ],
    ['Infinity', 'saelens-topk', (t) => void (t['b_enc']!.data[0] = Infinity), 'sae.not-finite', /b_enc/],
    ['a missing tensor', 'saelens-gated', (t) => void delete t['r_mag'], 'sae.missing-tensor', /r_mag/],
    [
      'an extra tensor',
      'saelens-topk',
      (t) => void (t['threshold'] = ones([64])),
      'sae.extra-tensor',
      /received threshold/,
    ],
    [
      'a wrong shape',
      'saelens-jumprelu',
      (t) => void (t['threshold'] = ones([1])),
      'sae.tensor-shape',
      /expected \[64\]; received \[1\]/,
    ],
    [
      'factors of finetuning',
      'saelens-standard',
      (t) => void (t['scaling_factor'] = ones([64], 2)),
      'sae.unsupported',
      /scaling_factor/,
    ],
  ])('%s', async (_what, name, change, code, said) => {
    const folder = await reweighted(name, change);
    const error = await errorOf(() => loadForeignSae(folder));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(said);
  });

  it('but factors of finetuning that are all 1 are dropped', async () => {
    const folder = await reweighted('saelens-standard', (t) => void (t['scaling_factor'] = ones([64])));
    const { sae } = await loadForeignSae(folder);
    expect(Object.keys(sae.tensors).toSorted()).toEqual(['W_dec', 'W_enc', 'b_dec', 'b_enc']);
  });
});

it('takes the exponential of the thresholds of older checkpoints', async () => {
  const folder = await reweighted('saelens-jumprelu', (tensors) => {
    const { data, ...rest } = tensors['threshold']!;
    tensors['log_threshold'] = { ...rest, data: (data as Float32Array).map(Math.log) };
    delete tensors['threshold'];
  });
  const [old, current] = [await loadForeignSae(folder), await loadForeignSae(folderOf('saelens-jumprelu'))];
  const { data } = old.sae.tensors['threshold']!;
  data.forEach((value, i) => expect(value).toBeCloseTo(current.sae.tensors['threshold']!.data[i]!, 5));
});

describe('a file of PyTorch', () => {
  it('that would run code is refused, and runs nothing', async () => {
    const error = await errorOf(() => loadForeignSae(folderOf('dictionary-learning-torch-malicious')));
    expect(error).toMatchObject({ code: 'sae.unsafe-pickle', details: { received: 'posix.system' } });
    expect(existsSync('/tmp/executed')).toBe(false);
  });

  it('from before version 1.6 is refused', async () => {
    const error = await errorOf(() => loadForeignSae(folderOf('dictionary-learning-torch-legacy')));
    expect(error.code).toBe('sae.unreadable');
    expect(error.details.fix).toContain('save it again with a current PyTorch');
  });

  it.each([0.3, 0.6, 0.99])('that is cut short at %d of its length is refused', async (share) => {
    const folder = changed('dictionary-learning-AutoEncoder', () => {});
    const file = join(folder, 'ae.pt');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, Math.floor(share * bytes.length)));
    expect((await errorOf(() => loadForeignSae(folder))).code).toBe('sae.unreadable');
  });

  it('with a changed byte is refused', async () => {
    const folder = changed('dictionary-learning-AutoEncoder', () => {});
    const file = join(folder, 'ae.pt');
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(file, bytes);
    expect((await errorOf(() => loadForeignSae(folder))).code).toBe('sae.unreadable');
  });
});

describe('a repository on the hub', () => {
  async function serve(files: Record<string, string | Uint8Array>, id = 'org/saes') {
    const server = await startHubServer({ repositories: [{ type: 'model', id, files }] });
    onTestFinished(() => server.close());
    const home = mkdtempSync(join(tmpdir(), 'sae-lab-foreign-'));
    onTestFinished(() => rmSync(home, { recursive: true }));
    return { server, settings: hubSettings({ HF_ENDPOINT: server.endpoint, HF_HOME: home }) };
  }
  const within = (path: string, folder: string) =>
    Object.fromEntries(Object.entries(servedFolder(folder)).map(([name, file]) => [`${path}/${name}`, file]));

  it('gives one SAE and downloads no other file', async () => {
    const { server, settings } = await serve({
      ...within('a', folderOf('saelens-topk')),
      ...within('b', folderOf('saelens-gated')),
    });
    const loaded = await loadForeignSae('hub:org/saes@main/a', { settings });
    const local = await loadForeignSae(folderOf('saelens-topk'));
    expect(loaded.sae).toEqual(local.sae);
    expect(loaded.commit).toMatch(/^[0-9a-f]{40}$/);
    const fetched = server.requests.map(({ path }) => path).filter((path) => path.includes('/resolve/'));
    expect(fetched.map((path) => path.split('/').slice(-2).join('/')).toSorted()).toEqual([
      'a/cfg.json',
      'a/sae_weights.safetensors',
    ]);
  });

  it('reads the training of sparsify from the folder above', async () => {
    const { settings } = await serve(within('run', join(GOLDENS, 'sparsify-topk')));
    expect((await loadForeignSae('hub:org/saes/run/layers.3', { settings })).origin).toEqual({
      hookName: 'blocks.3.hook_resid_post',
      modelName: 'EleutherAI/pythia-70m-deduped',
      contextSize: 512,
    });
  });

  it('knows model and hook of Gemma Scope by its name', async () => {
    const id = 'google/gemma-scope-2b-pt-res';
    const files = within('layer_20/width_16k/average_l0_71', folderOf('gemma-scope-deflated'));
    const { settings } = await serve(files, id);
    const { origin } = await loadForeignSae(`hub:${id}/layer_20/width_16k/average_l0_71`, { settings });
    expect(origin).toMatchObject({ modelName: 'google/gemma-2-2b', hookName: 'blocks.20.hook_resid_post' });
    const error = await errorOf(() => loadForeignSae(`hub:${id}/layer_20`, { settings }));
    expect(error).toMatchObject({ code: 'sae.unknown-format' });
    expect(error.details.fix).toContain(`hub:${id}/layer_20/width_16k/average_l0_71`);
  });
});

describe('a folder', () => {
  it('without an SAE lists what is there', async () => {
    const error = await errorOf(() => loadForeignSae(join(GOLDENS, 'sparsify-topk')));
    expect(error.code).toBe('sae.unknown-format');
    expect(error.message).toMatch(
      /the files config\.json; the folders layers\.3\..*sparsify-topk\/layers\.3\./,
    );
  });

  it.each(['saes/standard', 'hub:', 'hub:name', 'hub:org/name@', 's3://bucket'])(
    'cannot be named %j',
    async (source) => {
      expect((await errorOf(() => loadForeignSae(source))).code).toBe('sae.bad-source');
    },
  );

  it('that does not exist is reported', async () => {
    expect((await errorOf(() => loadForeignSae('./nowhere'))).code).toBe('sae.not-found');
  });

  it.each(['cfg.json', 'sae_weights.safetensors'])('with a damaged %s is reported', async (file) => {
    const folder = changed('saelens-standard', () => {});
    writeFileSync(join(folder, file), 'x');
    const error = await errorOf(() => loadForeignSae(folder));
    expect(error).toMatchObject({ code: 'sae.unreadable', details: { field: join(folder, file) } });
  });
});
