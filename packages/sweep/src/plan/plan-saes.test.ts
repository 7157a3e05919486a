import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveSae, type InferenceSae } from '@sae-lab/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { planForeignSae, type HookActivations } from './plan-saes.ts';
import { isSameModel, modelName } from './same-model.ts';

const D = 8;
const HOOK = 'blocks.1.hook_mlp_out';
const activations = ['blocks.0.hook_mlp_out', HOOK].map((name): HookActivations => ({
  id: name,
  folder: `/nowhere/${name}`,
  dIn: D,
  hook: { name },
}));
let warnings: string[] = [];
const on = {
  field: 'baselines[0]',
  model: 'EleutherAI/pythia-70m',
  warn: (sentence: string): void => void warnings.push(sentence),
};
let folder: string;

const vector = (...shape: number[]) => ({
  shape,
  data: new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(0.5),
});
const theirs = (dIn = D): InferenceSae => ({
  architecture: 'standard',
  dIn,
  dSae: 4,
  applyBDecToInput: false,
  tensors: { W_enc: vector(dIn, 4), b_enc: vector(4), W_dec: vector(4, dIn), b_dec: vector(dIn) },
});

/** Saves an SAE that names its model and hook as SAELens does. */
async function save(sae = theirs(), names: Partial<{ modelName: string; hookName: string }> = {}) {
  const path = join(folder, `sae-${Math.abs(sae.dIn)}-${Object.values(names).join('-')}`);
  const origin = { modelName: 'pythia-70m', hookName: HOOK, contextSize: 128, prependBos: true };
  await saveSae(path, sae, { ...origin, ...names });
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sae-lab-test-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  warnings = [];
});

describe('an SAE from files', () => {
  it('belongs to the hook that its files name', async () => {
    const source = await save();
    expect(await planForeignSae({ source }, activations, on)).toMatchObject({
      kind: 'foreign',
      hook: HOOK,
      dIn: D,
      width: 4,
      architecture: 'standard',
      activations: activations[1],
      from: { kind: 'foreign', source },
    });
  });

  it('is identified by its weights, not by its folder', async () => {
    const hashes = [];
    for (const names of [{ modelName: 'EleutherAI/pythia-70m' }, { modelName: 'pythia-70m' }]) {
      hashes.push((await planForeignSae({ source: await save(theirs(), names) }, activations, on)).saeHash);
    }
    const other = theirs();
    other.tensors['b_enc']!.data[2] = 1;
    await save(other, { modelName: 'PYTHIA-70M' });
    const source = await save(other, { modelName: 'PYTHIA-70M' });
    hashes.push((await planForeignSae({ source }, activations, on)).saeHash);
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[2]).not.toBe(hashes[0]);
  });

  it('may have another hook or model where its user says so', async () => {
    const source = await save(theirs(), { modelName: 'gpt2', hookName: 'mlp.1' });
    const planned = await planForeignSae({ source, hook: HOOK, anyModel: true }, activations, on);
    expect(planned.hook).toBe(HOOK);
    expect(warnings).toEqual([
      `The files of the SAE ${source} name the hook mlp.1. It is evaluated on ${HOOK}.`,
    ]);
  });

  it('gets no warning where the hook is the one that its files name', async () => {
    await planForeignSae({ source: await save(), hook: HOOK }, activations, on);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['sae.wrong-model', theirs(), { modelName: 'gpt2' }, /expected EleutherAI\/pythia-70m; received gpt2/],
    ['sae.wrong-hook', theirs(), { hookName: 'blocks.5.hook_mlp_out' }, /received blocks\.5\.hook_mlp_out/],
    ['sae.wrong-width', theirs(D + 1), {}, /activations of 8 numbers \(d_in\); received 9/],
  ])('is refused with %s', async (code, sae, names, message) => {
    const planned = planForeignSae({ source: await save(sae, names) }, activations, on);
    await expect(planned).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });

  it('needs a hook where its files name none and there are several', async () => {
    const source = await save(theirs(), { modelName: 'Pythia-70m' });
    const path = join(source, 'cfg.json');
    const { metadata: _, ...config } = JSON.parse(await readFile(path, 'utf8')) as { metadata: object };
    await writeFile(path, JSON.stringify(config));
    await expect(planForeignSae({ source }, activations, on)).rejects.toMatchObject({
      code: 'sae.wrong-hook',
      message: expect.stringContaining('do not name its hook') as string,
    });
    expect((await planForeignSae({ source }, activations.slice(0, 1), on)).hook).toBe(
      'blocks.0.hook_mlp_out',
    );
  });

  it('has to exist', async () => {
    await expect(planForeignSae({ source: join(folder, 'no') }, activations, on)).rejects.toMatchObject({
      code: 'sae.not-found',
    });
  });
});

it('names of one model', () => {
  expect(isSameModel('EleutherAI/pythia-70m', 'pythia-70m')).toBe(true);
  expect(isSameModel('openai-community/gpt2', 'gpt2-small')).toBe(true);
  expect(isSameModel('gpt2', 'gpt2-medium')).toBe(false);
  expect([modelName('../models/neox-1.7m'), modelName({ id: 'a/b' }), modelName('a/b')]).toEqual([
    'neox-1.7m',
    'a/b',
    'a/b',
  ]);
});
