/** Runs every variant on a GPU: conformance, golden values of an independent implementation, and resampling. */
import { batchTopk } from '@sae-lab/batch-topk';
import type { Hyper, Variant } from '@sae-lab/core';
import { testAgainstGolden, testConformance, testResamples } from '@sae-lab/core/testing';
import { gated } from '@sae-lab/gated';
import { jumpRelu } from '@sae-lab/jump-relu';
import { matryoshka } from '@sae-lab/matryoshka';
import { reluL1 } from '@sae-lab/relu-l1';
import { topk } from '@sae-lab/topk';

const VARIANTS: [Variant, Hyper][] = [
  [reluL1.variant, { l1: 0.05, loss: 'decoder-norm' }],
  [topk.variant, { k: 5 }],
  [batchTopk.variant, { k: 5 }],
  [matryoshka.variant, { k: 5, groups: [0.25, 0.25, 0.5] }],
  [jumpRelu.variant, { l0: 0.1, targetL0: 4, bandwidth: 0.5, theta: 0.2 }],
  [gated.variant, { l1: 0.05 }],
];

for (const [variant, hyper] of VARIANTS) {
  const golden = new URL(`../../packages/variants/${variant.name}/golden.json`, import.meta.url);
  testAgainstGolden(variant, golden);
  testConformance(variant, [hyper]);
  testResamples(variant, hyper);
}
