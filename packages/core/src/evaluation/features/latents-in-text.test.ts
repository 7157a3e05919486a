import { LoadedSae } from '../../sae/loaded-sae.ts';
import { collect } from '../../activations/test-support.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Piece } from '../../activations/extraction/dataset/pieces.ts';
import { evaluate } from '../evaluate.ts';
import { randomSae } from '../../sae/random-sae.ts';
import type { LatentExample, LatentFeatures } from '../latent-features.ts';
import { contextOf, describeLatents, HELD_OUT, SAES, useCorpus, WIDTH } from './fixture.ts';

const corpus = useCorpus();
let pieces: Piece[];
beforeAll(async () => {
  pieces = (await collect(corpus.context.text!.windows({}))).flat();
});

/** The latents of the first SAE that fire. */
function firing(): LatentFeatures[] {
  const fired = corpus.found.get('standard')!.filter(({ density }) => density > 0);
  expect(fired.length).toBeGreaterThan(WIDTH / 2);
  return fired;
}

/** The row of an example. */
function rowOf(example: LatentExample, token = example.at): number {
  for (let row = 0; row < corpus.rows.rows; row++) {
    if (
      corpus.rows.document_ids[row] === example.document &&
      corpus.rows.pieces[row] === example.piece &&
      corpus.rows.positions[row] === example.start + token
    ) {
      return row;
    }
  }
  return -1;
}

describe('what the text says of a latent', () => {
  it('has the density that the reconstruction evaluation computes', async () => {
    const loaded = new LoadedSae(SAES[0].sae);
    const batches = corpus.context.activations!.store.sequentialBatches({ batchSize: 333, split: HELD_OUT });
    const { density } = await evaluate(loaded, batches);
    loaded.dispose();
    expect(corpus.found.get('standard')!.map((latent) => latent.density)).toEqual([...density]);
  });

  it('has the examples with the largest activations, each from another document', () => {
    for (const { latent, top, maxActivation } of firing()) {
      const best = new Map<number, number>();
      for (let row = 0; row < corpus.rows.rows; row++) {
        const value = corpus.code[row * WIDTH + latent]!;
        const document = corpus.rows.document_ids[row]!;
        if (value > (best.get(document) ?? 0)) best.set(document, value);
      }
      const expected = [...best.values()].toSorted((a, b) => b - a).slice(0, 10);
      const strengths = top.map(({ activations, at }) => activations[at]!);
      expect(strengths).toHaveLength(expected.length);
      strengths.forEach((value, i) => expect(value / expected[i]!).toBeCloseTo(1, 3));
      expect(maxActivation).toBe(strengths[0]);
      expect(new Set(top.map(({ document }) => document)).size).toBe(top.length);
    }
  });

  it('has examples of each band, with activations within it', () => {
    for (const { latent, bands, maxActivation } of firing()) {
      const values = Array.from({ length: corpus.rows.rows }, (_, row) => corpus.code[row * WIDTH + latent]!);
      expect(bands[0]!.to).toBeGreaterThan(maxActivation);
      for (const { from, to, examples } of bands) {
        const there = values.filter((value) => value > 0 && value >= from && value < to);
        expect(examples.length).toBeGreaterThan(0);
        expect(examples.length).toBeLessThanOrEqual(Math.min(3, there.length));
        for (const { activations, at } of examples) {
          expect(activations[at]).toBeGreaterThanOrEqual(from);
          expect(activations[at]).toBeLessThanOrEqual(to);
        }
      }
    }
  });

  it('has the tokens of the text and the activations of the code in each example', () => {
    const { tokenizer } = corpus.context.text!.model;
    for (const { latent, top, bands } of firing()) {
      for (const example of [...top.slice(0, 3), ...bands.flatMap(({ examples }) => examples)]) {
        const { document, piece, start, tokens, activations } = example;
        const source = pieces.find((one) => one.document === document && one.index === piece)!;
        const ids = source.tokens.slice(start, start + tokens.length);
        expect(tokens).toEqual(ids.map((id) => tokenizer.tokenText(id)));
        expect(tokens.length).toBeLessThanOrEqual(24);
        activations.forEach((value, i) => {
          const row = rowOf(example, i);
          if (row < 0) expect(value).toBeNull();
          else expect(value).toBeCloseTo(corpus.code[row * WIDTH + latent]!, 2);
        });
        expect(rowOf(example)).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('has texts in which it is silent, each from another document', () => {
    const { tokenizer } = corpus.context.text!.model;
    const documents = new Set(corpus.rows.document_ids);
    let most = 0;
    for (const { latent, silent, top } of corpus.found.get('standard')!) {
      for (const text of silent) {
        const source = pieces.find((one) => one.document === text.document && one.index === text.piece)!;
        const ids = source.tokens.slice(text.start, text.start + text.tokens.length);
        expect(text.tokens).toEqual(ids.map((id) => tokenizer.tokenText(id)));
        const rows = text.tokens.map((_, token) => rowOf({ ...text, activations: [], at: 0 }, token));
        expect(rows.some((row) => row >= 0)).toBe(true);
        for (const row of rows.filter((one) => one >= 0)) {
          expect(corpus.code[row * WIDTH + latent]).toBeLessThanOrEqual(0);
        }
      }
      expect(new Set(silent.map(({ document }) => document)).size).toBe(silent.length);
      // Documents of its strongest examples come last.
      const isNear = silent.map(({ document }) => top.some((example) => example.document === document));
      expect(isNear).toEqual(isNear.toSorted((a, b) => Number(a) - Number(b)));
      most = Math.max(most, silent.length);
      expect(silent.length).toBeLessThanOrEqual(Math.min(10, documents.size));
      if (top.length === 0) expect(silent).toHaveLength(Math.min(10, documents.size));
    }
    expect(most).toBeGreaterThan(1);
  });

  it('leaves out the activations of special tokens, as the extraction does', () => {
    const withStart = firing().flatMap(({ top }) => top.filter(({ start }) => start === 0));
    expect(withStart.length).toBeGreaterThan(0);
    for (const { tokens, activations, at } of withStart) {
      expect([tokens[0], activations[0]]).toEqual(['<|endoftext|>', null]);
      expect(at).toBeGreaterThan(0);
    }
  });

  it('counts the activations in a histogram', () => {
    for (const { latent, density, histogram, quantiles, maxActivation } of firing()) {
      const values = Float32Array.from(
        { length: corpus.rows.rows },
        (_, row) => corpus.code[row * WIDTH + latent]!,
      )
        .filter((value) => value > 0)
        .toSorted();
      expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
      expect(histogram.edges).toHaveLength(histogram.counts.length + 1);
      expect(density).toBe(values.length / corpus.rows.rows);
      expect(histogram.edges.at(-1)).toBeGreaterThan(maxActivation);
      for (const { p, value } of quantiles) {
        const exact = values[Math.ceil(p * values.length) - 1]!;
        expect(Math.abs(value / exact - 1)).toBeLessThan(1 / 31);
      }
    }
  });

  it('is empty for a latent that never fires', async () => {
    const dead = randomSae(4, 5, { bias: -1e6 });
    const [latent] = (await describeLatents({ ...corpus.context, saes: [{ id: 'dead', sae: dead }] })).get(
      'dead',
    )!;
    expect(latent).toMatchObject({ density: 0, maxActivation: 0, quantiles: [], top: [], bands: [] });
    expect(latent!.histogram).toEqual({ edges: [], counts: [] });
    expect(latent!.raised).toHaveLength(10);
  });

  it('has corpus.context where the extraction selected one position of each piece', async () => {
    const settings = { maxTokens: 64, batchTokens: 512, shardRows: 700, tokens: 'middle' } as const;
    const middle = await contextOf(corpus.folder, [SAES[0]], { settings });
    const latents = (await describeLatents(middle)).get('standard')!;
    const examples = latents.flatMap(({ top }) => top);
    expect(examples.length).toBeGreaterThan(0);
    for (const { activations, at, tokens } of examples) {
      expect(tokens.length).toBeGreaterThan(1);
      expect(activations[at]).toBeGreaterThan(0);
      expect(activations.filter((value) => value !== null)).toHaveLength(1);
    }
  });
});
