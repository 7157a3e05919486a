import { readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { SPLIT_SEED } from '../../activations/index.ts';
import { CORPUS, datasetOf, errorOf, temporaryFolder } from '../../activations/test-support.ts';
import { EVALUATIONS } from '../registry.ts';
import { bundledCheckpoint, contextOf, evaluateCe, identity, random, zero } from './fixture.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

const HOOKS = [
  'blocks.0.hook_resid_pre',
  'blocks.2.hook_attn_out',
  'blocks.3.hook_mlp_out',
  'blocks.5.hook_resid_post',
];

describe.each([
  ['exported to ONNX', () => undefined],
  ['built from safetensors', bundledCheckpoint],
])('on a model that is %s', (_kind, modelOf) => {
  it.each(HOOKS)('the identity recovers everything and zero nothing at %s', async (hook) => {
    const model = await modelOf();
    const context = await contextOf(
      { identity, zero, random: random(0) },
      { hooks: [hook], ...(model !== undefined && { model }) },
    );
    const results = await evaluateCe(context, { maxTokens: 1000 });
    const { identity: same, zero: none, random: bad } = results;
    // Bit for bit, as the spliced session computes the unedited model.
    expect(same!.figures).toMatchObject({
      ce_spliced: same!.figures['ce_clean'],
      ce_recovered: 1,
      ce_recovered_mean: 1,
      kl_spliced: 0,
      kl_recovered: 1,
    });
    expect(none!.figures).toMatchObject({
      ce_spliced: none!.figures['ce_zero'],
      kl_spliced: none!.figures['kl_zero'],
      ce_recovered: 0,
      kl_recovered: 0,
    });
    expect(bad!.figures['kl_spliced']).toBeGreaterThan(0.001);
    expect(bad!.figures['ce_recovered']).toBeLessThan(0.99);
    // The graphs were deleted.
    const graphs = join(context.dataDir, 'graphs');
    expect(existsSync(graphs) ? readdirSync(graphs) : []).toEqual([]);
  });
});

describe('the figures', () => {
  it('do not depend on the kind of graph', async () => {
    const [exported, built] = [
      await evaluateCe(await contextOf({ random: random(1) })),
      await evaluateCe(await contextOf({ random: random(1) }, { model: await bundledCheckpoint() })),
    ];
    for (const [key, value] of Object.entries(exported['random']!.figures)) {
      expect(Math.abs(built['random']!.figures[key]! - value), key).toBeLessThan(1e-3);
    }
  });

  it('do not depend on the other SAEs of the pass, bit for bit', async () => {
    const all = { a: random(1), b: random(2), identity };
    const together = await evaluateCe(await contextOf(all));
    for (const [id, sae] of Object.entries(all)) {
      expect(await evaluateCe(await contextOf({ [id]: sae }))).toEqual({ [id]: together[id] });
    }
    // A bound that takes more than one run of the model for these splices.
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`zero ${i}`, zero]));
    const [few, several] = [await contextOf(all), await contextOf({ ...many, ...all })];
    const settings = { batchTokens: 64, maxTokens: 200 };
    const split = await evaluateCe(several, { ...settings, maxLogits: 63 * 2048 });
    expect(split).toMatchObject(await evaluateCe(few, settings));
  });

  it('do not depend on the size of a batch, but for rounding', async () => {
    const context = await contextOf({ random: random(1) });
    const [large, small] = [await evaluateCe(context), await evaluateCe(context, { batchTokens: 100 })];
    for (const [key, value] of Object.entries(large['random']!.figures)) {
      expect(Math.abs(small['random']!.figures[key]! - value), key).toBeLessThan(1e-5);
    }
    expect(small['random']).toMatchObject({
      tokens: large['random']!.tokens,
      documents: large['random']!.documents,
    });
  });

  it('have intervals that contain them, and end with the piece that reaches maxTokens', async () => {
    const context = await contextOf({ random: random(1) }, { dataset: { ...CORPUS, documents: 12 } });
    const { random: all } = await evaluateCe(context);
    const definition = EVALUATIONS.find(({ name }) => name === 'ce')!;
    expect(Object.keys(all!.figures)).toEqual(definition.figures);
    expect(Object.keys(all!.intervals)).toEqual(definition.figures);
    for (const [key, { low, high }] of Object.entries(all!.intervals)) {
      expect(low, key).toBeLessThan(all!.figures[key]!);
      expect(high, key).toBeGreaterThan(all!.figures[key]!);
    }
    const { random: some } = await evaluateCe(context, { maxTokens: 100 });
    // Pieces have 63 tokens after the first, and the last of them has no next one.
    expect(some!.tokens).toBe(2 * 62);
    expect(some!.intervals).toEqual({});
  });

  it('compare with the mean of the training activations', async () => {
    const context = await contextOf({ zero });
    const { store, holdout } = context.activations!;
    const { mean } = await store.statistics({ holdout, seed: SPLIT_SEED, part: 'train' });
    const b_dec = { shape: [mean.length], data: Float32Array.from(mean) };
    const always = { ...zero, tensors: { ...zero.tensors, b_dec } };
    const results = await evaluateCe({ ...context, saes: [{ id: 'always', sae: always }] });
    const { ce_spliced, ce_mean, ce_zero, ce_recovered_mean } = results['always']!.figures;
    expect(ce_spliced).toBeCloseTo(ce_mean!, 5);
    expect(ce_recovered_mean).toBeCloseTo(0, 3);
    expect(Math.abs(ce_mean! - ce_zero!)).toBeGreaterThan(0.001);
  });

  it('are those of the selected tokens: the others keep their activations', async () => {
    const settings = { maxTokens: 64, batchTokens: 512 };
    const every = await evaluateCe(await contextOf({ zero }, { settings }));
    const middle = await evaluateCe(
      await contextOf({ zero }, { settings: { ...settings, tokens: 'middle' } }),
    );
    const { documents, tokens } = middle['zero']!;
    expect(tokens).toBeLessThan(every['zero']!.tokens / 50);
    expect(documents).toBe(every['zero']!.documents);
    // One token without an MLP matters less to the next than a text without it.
    expect(middle['zero']!.figures['kl_zero']).toBeLessThan(every['zero']!.figures['kl_zero']!);
    expect(middle['zero']!.figures['kl_zero']).toBeGreaterThan(0);
  });
});

it('frees what it allocates, and stops between batches', async () => {
  const stop = new AbortController();
  const context = { ...(await contextOf({ random: random(1) })), signal: stop.signal };
  await evaluateCe(context);
  const { numTensors } = tf.memory();
  await evaluateCe(context);
  expect(tf.memory().numTensors).toBe(numTensors);
  const reports: { done: number; total: number }[] = [];
  const onProgress = (progress: { done: number; total: number }): void => {
    reports.push(progress);
    stop.abort();
  };
  const error = await errorOf(() => evaluateCe({ ...context, onProgress }));
  expect(error.code).toBe('run.stopped');
  expect(reports).toHaveLength(1);
  expect(reports[0]!.done).toBeLessThan(reports[0]!.total);
  expect(tf.memory().numTensors).toBe(numTensors);
});

describe('bad input', () => {
  it('with a vocabulary beyond the bound is refused with the batch that fits', async () => {
    const context = await contextOf({ zero });
    const error = await errorOf(() => evaluateCe(context, { maxLogits: 50 * 2048 }));
    expect(error.code).toBe('evaluation.vocabulary');
    expect(error.message).toMatch(/63 evaluated tokens × a vocabulary of 2048/);
    expect(error.message).toMatch(/fits 50 evaluated tokens/);
    expect(error.message).toMatch(/at most 51 tokens/);
  });

  it('without a token to evaluate is refused', async () => {
    const folder = temporaryFolder();
    const dataset = datasetOf(
      folder,
      Array.from({ length: 30 }, (_, i) => String.fromCharCode(97 + (i % 26))),
    );
    const context = await contextOf({ zero }, { dataset, settings: { maxTokens: 2 } });
    expect((await errorOf(() => evaluateCe(context))).code).toBe('evaluation.no-tokens');
  });
});
