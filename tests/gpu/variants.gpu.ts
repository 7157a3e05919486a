/** Every variant on a GPU: the conformance suite, golden values of an independent implementation, resampling. */
import { variant as batchTopk } from '@sae-lab/batch-topk';
import type { Hyper, Variant } from '@sae-lab/core';
import { testAgainstGolden, testConformance, testResamples } from '@sae-lab/core/testing';
import { variant as gated } from '@sae-lab/gated';
import { variant as jumpRelu } from '@sae-lab/jump-relu';
import { variant as matryoshka } from '@sae-lab/matryoshka';
import { variant as reluL1 } from '@sae-lab/relu-l1';
import { variant as topk } from '@sae-lab/topk';

const VARIANTS: [Variant, Hyper][] = [
  [reluL1 as Variant, { l1: 0.05, loss: 'decoder-norm' }],
  [topk as Variant, { k: 5 }],
  [batchTopk as Variant, { k: 5 }],
  [matryoshka as Variant, { k: 5, groups: [0.25, 0.25, 0.5] }],
  [jumpRelu as Variant, { l0: 0.1, targetL0: 4, bandwidth: 0.5, theta: 0.2 }],
  [gated as Variant, { l1: 0.05 }],
];

for (const [variant, hyper] of VARIANTS) {
  const golden = new URL(`../../packages/variants/${variant.name}/golden.json`, import.meta.url);
  testAgainstGolden(variant, golden);
  testConformance(variant, [hyper]);
  testResamples(variant, hyper);
}
