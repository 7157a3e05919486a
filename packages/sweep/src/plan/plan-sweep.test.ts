import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runHash } from '@sae-lab/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineSweep } from '../definition/define-sweep.ts';
import type { ModelSweepInput } from '../definition/sweep-input.ts';
import { linear, linearVariant } from '../testing/linear-variant.ts';
import { planSweep } from './plan-sweep.ts';

const models = fileURLToPath(new URL('../../../../models/', import.meta.url));
const input: ModelSweepInput = {
  name: 'test',
  model: join(models, 'neox-1.7m'),
  dataset: { kind: 'jsonl', path: join(models, 'corpus', 'public-domain-en.jsonl.gz'), documents: 3 },
  hooks: ['blocks.0.hook_mlp_out', 'blocks.1.hook_mlp_out'],
  variants: [linear({ l1: [1, 2] }), { variant: linearVariant({ name: 'other' }), grid: { l1: 5 } }],
  widths: [8, 16],
  seeds: [0, 1],
  training: { steps: 10 },
};

let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sae-lab-test-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

const plan = (changes: Partial<ModelSweepInput> = {}) =>
  planSweep({ file: 'x.ts', definition: defineSweep({ ...input, ...changes }) }, { dataDir, threads: 1 });

describe('planSweep', () => {
  it('plans a run for each seed, hook, width and combination, alternating between variants', async () => {
    const { runs } = await plan();
    expect(runs).toHaveLength(2 * 2 * 2 * 3);
    expect(new Set(runs.map((run) => run.runHash)).size).toBe(runs.length);
    const names = runs.map(({ spec }) => [
      spec.seed,
      spec.hook,
      spec.dSae,
      spec.variant.name,
      spec.hyper['l1'],
    ]);
    expect(names.slice(0, 4)).toEqual([
      [0, 'blocks.0.hook_mlp_out', 8, 'linear', 1],
      [0, 'blocks.0.hook_mlp_out', 8, 'other', 5],
      [0, 'blocks.0.hook_mlp_out', 8, 'linear', 2],
      [0, 'blocks.0.hook_mlp_out', 16, 'linear', 1],
    ]);
    expect(names.at(-1)).toEqual([1, 'blocks.1.hook_mlp_out', 16, 'linear', 2]);
  });

  it('plans a run once if it occurs twice through equal values, explicit defaults or two names of a hook', async () => {
    const { runs } = await plan({
      hooks: ['blocks.0.hook_mlp_out', 'gpt_neox.layers.0.mlp'],
      variants: [linear({ l1: [1, 1] }), linear({ l1: 1, flavour: 'plain' })],
      widths: [8, 8],
      seeds: [0],
    });
    expect(runs).toHaveLength(1);
  });

  it('gives runs the same identity whatever else is evaluated and compared', async () => {
    const hashes = async (changes: Partial<ModelSweepInput>) =>
      (await plan({ seeds: [0], widths: [8], ...changes })).runs.map((run) => run.runHash);
    const evaluated = await hashes({
      evaluation: { also: [{ name: 'reconstruction', maxTokens: 100 }] },
      baselines: ['identity', 'mean'],
    });
    expect(evaluated).toEqual(await hashes({}));
    expect(evaluated[0]).toBe('a49ac06a687a3f6e3b6979703f025457596b25a4a3e0e61da97ffb07a99bc24a');
  });

  it('plans the baselines of each hook', async () => {
    const { saes } = await plan({ baselines: ['identity', 'zero'] });
    expect(saes.map(({ hook, name, width }) => [hook, name, width])).toEqual([
      ['blocks.0.hook_mlp_out', 'identity', 256],
      ['blocks.0.hook_mlp_out', 'zero', 1],
      ['blocks.1.hook_mlp_out', 'identity', 256],
      ['blocks.1.hook_mlp_out', 'zero', 1],
    ]);
    expect(new Set(saes.map(({ saeHash }) => saeHash)).size).toBe(4);
  });

  it('warns if two names mean the same hook, or if prependBos has no effect', async () => {
    const hooks = ['blocks.1.hook_resid_pre', 'blocks.0.hook_mlp_out', 'blocks.0.hook_resid_post'];
    const { runs, warnings } = await plan({ hooks });
    expect(runs).toHaveLength(2 * 2 * 2 * 3);
    expect(warnings).toEqual([
      'the hooks blocks.1.hook_resid_pre and blocks.0.hook_resid_post are the same tensor: results are listed as ' +
        'blocks.0.hook_resid_post',
    ]);
    expect((await plan({ hooks: [hooks[0]!, hooks[0]!] })).warnings).toEqual([]);

    const model = join(dataDir, 'nameless');
    await cp(join(models, 'neox-1.7m'), model, { recursive: true });
    await writeFile(join(model, 'tokenizer_config.json'), '{}');
    await writeFile(join(model, 'generation_config.json'), '{}');
    const config = JSON.parse(await readFile(join(model, 'config.json'), 'utf8')) as object;
    await writeFile(join(model, 'config.json'), JSON.stringify({ ...config, bos_token_id: null }));
    expect((await plan({ model })).warnings).toEqual([expect.stringContaining('prependBos has no effect')]);
    expect((await plan({ model, activations: { prependBos: false } })).warnings).toEqual([]);
    await rm(model, { recursive: true });
  });

  it('refuses a dataset that leaves one side empty before anything is extracted', async () => {
    const text = 'one document, and nothing else';
    const one = join(dataDir, 'one.txt');
    await writeFile(one, `${text}\n`.repeat(1000));
    const dataset = { kind: 'text', path: one } as const;
    await expect(plan({ dataset })).rejects.toMatchObject({
      code: 'dataset.one-sided',
      message: expect.stringMatching(
        /evaluation.holdout: there is only one document.*Separate .* by blank lines/,
      ),
    });
    expect((await plan({ dataset, evaluation: { holdout: 0 } })).runs).not.toEqual([]);
    // Copies of a document are on the same side.
    const same = join(dataDir, 'same.txt');
    await writeFile(same, `${text}\n\n`.repeat(40));
    await expect(plan({ dataset: { kind: 'text', path: same } })).rejects.toMatchObject({
      code: 'dataset.one-sided',
      message: expect.stringContaining('all of 40 documents'),
    });
    const two = join(dataDir, 'two.txt');
    await writeFile(two, `${text}\n\n0\n`);
    await expect(
      plan({ dataset: { kind: 'text', path: two }, evaluation: { holdout: 0.9 } }),
    ).rejects.toMatchObject({
      code: 'dataset.one-sided',
      message: expect.stringContaining('all of 2 documents'),
    });
    // There are enough documents overall, but not within the first rows.
    const whole = input.dataset as object;
    await expect(
      plan({
        dataset: { ...whole, documents: 300 } as ModelSweepInput['dataset'],
        activations: { maxRows: 40 },
      }),
    ).rejects.toMatchObject({
      code: 'dataset.one-sided',
      message: expect.stringContaining('only one document in the first 40 activations'),
    });
  });

  it('hashes runs independently of the name of the sweep', async () => {
    const first = await plan();
    const renamed = await plan({ name: 'renamed' });
    expect(renamed.runs.map((run) => run.runHash)).toEqual(first.runs.map((run) => run.runHash));
    expect(renamed.definitionHash).not.toBe(first.definitionHash);
    expect((await plan()).definitionHash).toBe(first.definitionHash);
  });

  it.each<[string, ModelSweepInput['training'], RegExp]>([
    [
      'a batch larger than the number of activations',
      { batchSize: 2 ** 40, steps: 1 },
      /^training\.batchSize: .*at most the 200000 activations, or 'all'; received 1099511627776/,
    ],
    ['too many steps to count', { batchSize: 1, epochs: 1e6 }, /^training\.epochs: .*at least \d{11}/],
  ])('refuses %s', async (_what, training, said) => {
    const { model: _m, hooks: _h, activations: _a, ...rest } = input;
    const dataset = { kind: 'synthetic', features: 20, dIn: 8, active: 2 } as const;
    const definition = defineSweep({ ...rest, dataset, training });
    await expect(planSweep({ file: 'x.ts', definition }, { dataDir, threads: 1 })).rejects.toMatchObject({
      code: 'sweep.invalid',
      message: expect.stringMatching(said),
    });
  });

  it('refuses shards that do not fit in memory', async () => {
    await expect(plan({ activations: { shardRows: 2 ** 40 } })).rejects.toThrow(
      /^activations\.shardRows: .*at most 4194304 activations of 128 numbers; received 1099511627776/,
    );
    expect((await plan({ activations: { maxRows: 2 ** 50 } })).runs).not.toHaveLength(0);
  });

  it('reports what a variant refuses for a width, with its path', async () => {
    const variants = [linear({ l1: 1 }), linear({ l1: 1, latents: [4, 12, 20] })];
    await expect(plan({ variants })).rejects.toMatchObject({
      code: 'sweep.invalid',
      message: expect.stringContaining(
        'variants[1].latents: is larger than the width; expected at most 8; received 12',
      ),
    });
    await expect(plan({ variants })).rejects.toThrow(/^3 problems/);
  });

  it.each([
    ['a model', { model: '/not/there' }, 'model.not-found'],
    ['a hook', { hooks: ['blocks.99.hook_mlp_out'] }, 'hook.unknown'],
    ['a dataset', { dataset: { kind: 'text', path: '/not/there' } }, 'dataset.not-found'],
  ] as const)('refuses %s that is not there', async (_what, changes, code) => {
    await expect(plan(changes)).rejects.toMatchObject({ code });
  });

  it('writes only the cache of hashes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sae-lab-test-'));
    const definition = defineSweep(input);
    await planSweep({ file: 'x.ts', definition }, { dataDir: folder, threads: 1 });
    expect(await readdir(folder)).toEqual(['hash-cache.json']);
    await rm(folder, { recursive: true });
  });
});

describe('planning a sweep on synthetic activations', () => {
  const planned = (rows = 200_000) => {
    const { model: _m, hooks: _h, activations: _a, ...rest } = input;
    const dataset = { kind: 'synthetic', features: 20, dIn: 8, active: 2, rows } as const;
    const definition = defineSweep({ ...rest, dataset });
    return planSweep({ file: 'x.ts', definition }, { dataDir, threads: 1 });
  };

  it('plans one hook without a layer, with the dimensions of the dataset', async () => {
    const { runs } = await planned();
    expect(runs).toHaveLength(2 * 2 * 3);
    const { spec, activations } = runs[0]!;
    expect(spec.hook).toBe('synthetic');
    expect(activations).toMatchObject({
      hook: { layer: null },
      dIn: 8,
      present: false,
      id: spec.activationsId,
    });
    expect((await planned()).definitionHash).toBe((await planned()).definitionHash);
  });

  it('refuses rows if none would be held out', async () => {
    await expect(planned(16)).rejects.toMatchObject({ code: 'dataset.one-sided' });
  });
});

describe('the identity of a run', () => {
  it('does not depend on the order of keys, and changes with every field', async () => {
    const spec = (await plan()).runs[0]!.spec;
    const reversed = Object.fromEntries(Object.entries(spec).toReversed()) as unknown as typeof spec;
    expect(runHash(reversed)).toBe(runHash(spec));

    const changed = fieldsOf(spec).map((path) => runHash(withChange(spec, path)));
    expect(changed.length).toBeGreaterThan(20);
    expect(new Set([runHash(spec), ...changed]).size).toBe(changed.length + 1);
  });
});

/** Paths of all leaves of a JSON value. */
function fieldsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => fieldsOf(inner, [...path, key]));
}

function withChange<T>(value: T, [key, ...rest]: string[]): T {
  const copy = structuredClone(value) as Record<string, unknown>;
  const inner = copy[key!];
  copy[key!] = rest.length === 0 ? `${String(inner)} changed` : withChange(inner, rest);
  return copy as T;
}
