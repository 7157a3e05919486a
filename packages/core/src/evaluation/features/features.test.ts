import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { errorOf } from '../../activations/test-support.ts';
import { randomSae } from '../../sae/random-sae.ts';
import type { LatentFeatures } from '../latent-features.ts';
import { featureSettings } from './feature-settings.ts';
import { features } from './features.ts';
import { contextOf, describeLatents, SAES, useCorpus, WIDTH } from './fixture.ts';

const corpus = useCorpus();

describe('the results', () => {
  it('do not depend on batches, passes or the other SAEs', async () => {
    const alone = await describeLatents({ ...corpus.context, saes: [SAES[1]] });
    const withoutMatches = corpus.found.get('topk')!.map((latent) => ({ ...latent, matches: [] }));
    expect(alone.get('topk')).toEqual(withoutMatches);

    // A megabyte fits about a hundred latents.
    const warnings: string[] = [];
    const split = await describeLatents(
      { ...corpus.context, warn: (sentence) => warnings.push(sentence) },
      { maxMemoryMb: 1, top: 20 },
    );
    expect(warnings).toEqual([expect.stringMatching(/read \d times/)]);
    expect([...split]).toEqual([...(await describeLatents(corpus.context, { top: 20 }))]);
  });

  it('depend on the seed of the samples only in the bands', async () => {
    const other = (await describeLatents(corpus.context, { seed: 1 })).get('standard')!;
    expect(other.map(({ top }) => top)).toEqual(corpus.found.get('standard')!.map(({ top }) => top));
    expect(other.map(({ bands }) => bands)).not.toEqual(
      corpus.found.get('standard')!.map(({ bands }) => bands),
    );
  });

  it('report the tokens and documents that were read, and the progress', async () => {
    const seen: number[] = [];
    const results = await features.evaluate(
      { ...corpus.context, onProgress: ({ done, total }) => seen.push(done / total) },
      featureSettings.parse({ latents: { densest: 2 } }),
    );
    const documents = new Set(corpus.rows.document_ids).size;
    expect(results).toEqual(
      SAES.map(() => ({ figures: {}, intervals: {}, histograms: {}, tokens: corpus.rows.rows, documents })),
    );
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  it('stop at maxTokens', async () => {
    const latents = (await describeLatents(corpus.context, { maxTokens: 100 })).get('standard')!;
    const fired = (latent: number): number =>
      Array.from({ length: 100 }, (_, row) => corpus.code[row * WIDTH + latent]!).filter((value) => value > 0)
        .length;
    expect(latents.map(({ density }) => density)).toEqual(latents.map(({ latent }) => fired(latent) / 100));
  });

  it('have similar latents of the same SAE and of the others', () => {
    const [latent] = corpus.found.get('standard')!;
    expect(latent!.nearest).toHaveLength(5);
    expect(latent!.nearest.map((one) => one.latent)).not.toContain(0);
    expect(latent!.matches.map(({ sae }) => sae)).toEqual(['topk']);
    expect(latent!.raised[0]!.weight).toBeGreaterThan(0);
    expect(latent!.lowered[0]!.weight).toBeLessThan(0);
  });

  it('have no tokens that are raised if nothing adds the hook to the residual stream', async () => {
    const warnings: string[] = [];
    const hook = 'blocks.2.mlp.hook_post';
    const inner = { id: 'inner', sae: randomSae(8, 1, { dIn: 512 }) };
    const other = await contextOf(corpus.folder, [inner], { hooks: [hook] });
    const [latent] = (await describeLatents({ ...other, warn: (sentence) => warnings.push(sentence) })).get(
      'inner',
    )!;
    expect(latent).toMatchObject({ raised: [], lowered: [] });
    expect(warnings).toEqual([expect.stringContaining(`${hook} is not in the residual stream`)]);
  });
});

describe('a selection of latents', () => {
  const named = (latents: ReadonlyMap<string, LatentFeatures[]>, id: string): number[] =>
    latents.get(id)!.map(({ latent }) => latent);

  it('can be a list', async () => {
    const latents = await describeLatents(corpus.context, { latents: [7, 3, 7] });
    expect(latents.get('standard')).toEqual([
      corpus.found.get('standard')![3],
      corpus.found.get('standard')![7],
    ]);
    const single = await describeLatents(corpus.context, { latents: [7], matches: false });
    expect(single.get('topk')).toEqual([{ ...corpus.found.get('topk')![7]!, matches: [] }]);
  });

  it('can be those that fire most often', async () => {
    const latents = await describeLatents(corpus.context, { latents: { densest: 3 } });
    const expected = corpus.found
      .get('topk')!
      .toSorted((a, b) => b.density - a.density || a.latent - b.latent)
      .slice(0, 3)
      .map(({ latent }) => latent);
    expect(named(latents, 'topk')).toEqual(expected.toSorted((a, b) => a - b));
  });

  it('is refused if an SAE does not have a latent', async () => {
    const error = await errorOf(() => describeLatents(corpus.context, { latents: [WIDTH] }));
    expect(error.code).toBe('evaluation.unknown-latent');
    expect(error.message).toContain(`expected latents from 0 to ${WIDTH - 1}; received ${WIDTH}`);
  });
});

describe('the evaluation', () => {
  it('is refused before it reads anything if not even one latent fits', async () => {
    const large = { id: 'large', sae: randomSae(4096, 1) };
    const read = { ...corpus.context, saes: [large], activations: undefined as never };
    const error = await errorOf(() => describeLatents(read, { maxMemoryMb: 1 }));
    expect(error.code).toBe('evaluation.too-little-memory');
    expect(error.message).toContain('expected at least 3; received 1');
  });

  it('is refused if the text is not the one that was extracted', async () => {
    const text = {
      ...corpus.context.text!,
      async *windows() {
        for await (const window of corpus.context.text!.windows({})) {
          yield window.map((piece) => ({ ...piece, tokens: piece.tokens.toReversed() }));
        }
      },
    };
    const error = await errorOf(() => describeLatents({ ...corpus.context, text }));
    expect(error.code).toBe('evaluation.text-changed');
    const short = { ...corpus.context.text!, windows: () => corpus.context.text!.windows({ maxTokens: 50 }) };
    expect((await errorOf(() => describeLatents({ ...corpus.context, text: short }))).code).toBe(
      'evaluation.text-changed',
    );
  });

  it('stops when asked, and leaves no tensors', async () => {
    const before = tf.memory().numTensors;
    const error = await errorOf(() => describeLatents({ ...corpus.context, signal: AbortSignal.abort() }));
    expect(error.code).toBe('run.stopped');
    expect(tf.memory().numTensors).toBe(before);
  });
});
