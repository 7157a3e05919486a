import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runId } from '@sae-lab/core';
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
  it('has a run for each seed, hook, width and combination, variants taking turns', async () => {
    const { runs } = await plan();
    expect(runs).toHaveLength(2 * 2 * 2 * 3);
    expect(new Set(runs.map(({ hash }) => hash)).size).toBe(runs.length);
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

  it('takes runs that are asked for twice once: equal values, defaults spelt out, two names of one hook', async () => {
    const { runs } = await plan({
      hooks: ['blocks.0.hook_mlp_out', 'gpt_neox.layers.0.mlp'],
      variants: [linear({ l1: [1, 1] }), linear({ l1: 1, flavour: 'plain' })],
      widths: [8, 8],
      seeds: [0],
    });
    expect(runs).toHaveLength(1);
  });

  it('gives the same hashes for the same sweep, whatever its name, and another sweep hash', async () => {
    const first = await plan();
    const renamed = await plan({ name: 'renamed' });
    expect(renamed.runs.map(({ hash }) => hash)).toEqual(first.runs.map(({ hash }) => hash));
    expect(renamed.hash).not.toBe(first.hash);
    expect((await plan()).hash).toBe(first.hash);
  });

  it.each<[string, ModelSweepInput['training'], RegExp]>([
    [
      'a batch of more activations than there are',
      { batchSize: 2 ** 40, steps: 1 },
      /^training\.batchSize: .*at most the 200000 activations, or 'all'; received 1099511627776/,
    ],
    ['more steps than can be counted', { batchSize: 1, epochs: 1e6 }, /^training\.epochs: .*at least \d{11}/],
  ])('refuses %s', async (_what, training, said) => {
    const { model: _m, hooks: _h, activations: _a, ...rest } = input;
    const dataset = { kind: 'synthetic', features: 20, dIn: 8, active: 2 } as const;
    const definition = defineSweep({ ...rest, dataset, training });
    await expect(planSweep({ file: 'x.ts', definition }, { dataDir, threads: 1 })).rejects.toMatchObject({
      code: 'sweep.invalid',
      message: expect.stringMatching(said),
    });
  });

  it('refuses files of activations that no memory has room for', async () => {
    await expect(plan({ activations: { shardRows: 2 ** 40 } })).rejects.toThrow(
      /^activations\.shardRows: .*at most 4194304 activations of 128 numbers; received 1099511627776/,
    );
    expect((await plan({ activations: { maxRows: 2 ** 50 } })).runs).not.toHaveLength(0);
  });

  it('finds what a variant refuses for a width, with its path', async () => {
    const variants = [linear({ l1: 1 }), linear({ l1: 1, latents: [4, 12, 20] })];
    await expect(plan({ variants })).rejects.toMatchObject({
      code: 'sweep.invalid',
      message: expect.stringContaining(
        'variants[1].latents: more latents than there are; expected at most 8; received 12',
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

  it('writes no more than the cache of hashes', async () => {
    await plan();
    expect(await readdir(dataDir)).toEqual(['hash-cache.json']);
  });
});

describe('planning a sweep on synthetic activations', () => {
  const planned = () => {
    const { model: _m, hooks: _h, activations: _a, ...rest } = input;
    const dataset = { kind: 'synthetic', features: 20, dIn: 8, active: 2 } as const;
    const definition = defineSweep({ ...rest, dataset });
    return planSweep({ file: 'x.ts', definition }, { dataDir, threads: 1 });
  };

  it('has one hook, which says what it is and belongs to no layer, and the dimensions asked for', async () => {
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
    expect((await planned()).hash).toBe((await planned()).hash);
  });
});

describe('the identity of a run', () => {
  it('does not depend on the order of keys, and changes with every field', async () => {
    const spec = (await plan()).runs[0]!.spec;
    const reversed = Object.fromEntries(Object.entries(spec).toReversed()) as unknown as typeof spec;
    expect(runId(reversed)).toBe(runId(spec));

    const changed = fieldsOf(spec).map((path) => runId(withChange(spec, path)));
    expect(changed.length).toBeGreaterThan(20);
    expect(new Set([runId(spec), ...changed]).size).toBe(changed.length + 1);
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
