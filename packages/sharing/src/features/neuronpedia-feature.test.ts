import type { LatentFeatures } from '@sae-lab/core';
import { expect, test } from 'vitest';
import { neuronpediaFeature } from './neuronpedia-feature.ts';

const example = {
  document: 3,
  piece: 0,
  start: 7,
  tokens: ['<bos>', ' a', ' cat'],
  activations: [null, 0, 3],
  at: 2,
};

/** A latent that fired on 8 of 80 tokens: six times from 1 to 2, twice from 2 to 4. */
const latent: LatentFeatures = {
  silent: [],
  latent: 5,
  density: 0.1,
  maxActivation: 3,
  histogram: { edges: [1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5], counts: [3, 1, 1, 1, 1, 0, 1] },
  quantiles: [{ p: 0.5, value: 1.4 }],
  top: [example],
  bands: [
    { from: 2, to: 4, examples: [example] },
    { from: 0, to: 2, examples: [{ ...example, activations: [null, 1.5, 0], at: 1 }] },
  ],
  raised: [{ token: ' dog', tokenId: 9, weight: 2.5 }],
  lowered: [{ token: ' the', tokenId: 1, weight: -1.5 }],
  nearest: [],
  matches: [],
};

test('a latent becomes a feature of SAEDashboard', () => {
  const feature = neuronpediaFeature(latent, { documents: 12, contextLength: 64, dataset: 'org/name' });
  expect(feature).toMatchObject({
    feature_index: 5,
    frac_nonzero: 0.1,
    pos_str: [' dog'],
    pos_values: [2.5],
    neg_str: [' the'],
    neg_values: [-1.5],
    freq_hist_data_bar_values: [1.125, 1.375, 1.625, 1.875, 2.25, 2.75, 3.25],
    freq_hist_data_bar_heights: latent.histogram.counts,
    n_prompts_total: 12,
    n_tokens_in_prompt: 64,
    dataset: 'org/name',
  });
  expect(
    feature.activations.map(({ bin_min, bin_max, bin_contains }) => [bin_min, bin_max, bin_contains]),
  ).toEqual([
    [-1, 3, -1],
    [2, 4, 0.1 * (2 / 8)],
    [0, 2, expect.closeTo(0.1 * (6 / 8), 12)],
  ]);
  expect(feature.activations[0]).toMatchObject({
    tokens: example.tokens,
    values: [0, 0, 3],
    qualifying_token_index: 2,
  });
});

test('a latent that never fired has no bars and no examples', () => {
  const silent = { density: 0, maxActivation: 0, histogram: { edges: [], counts: [] }, top: [], bands: [] };
  const feature = neuronpediaFeature(
    { ...latent, ...silent },
    { documents: 1, contextLength: 8, dataset: '' },
  );
  expect(feature).toMatchObject({ frac_nonzero: 0, freq_hist_data_bar_values: [], activations: [] });
});
