/**
 * Question: how do the six variants stand to each other on the small model that ships with the project?
 *
 * Command:  pnpm sweep experiments/six-variants.ts
 */
import { batchTopk } from '@sae-lab/batch-topk';
import { gated } from '@sae-lab/gated';
import { jumpRelu } from '@sae-lab/jump-relu';
import { matryoshka } from '@sae-lab/matryoshka';
import { reluL1 } from '@sae-lab/relu-l1';
import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';

export default defineSweep({
  name: 'six-variants',
  model: '../models/neox-1.7m',
  dataset: { kind: 'jsonl', path: '../models/corpus/public-domain-en.jsonl.gz' },
  hooks: ['blocks.3.hook_resid_post'],
  activations: { context: 'chunk', maxTokens: 128, maxRows: 200_000 },
  variants: [
    reluL1({ l1: [1, 2] }),
    gated({ l1: [2, 4] }),
    topk({ k: [12, 24] }),
    batchTopk({ k: [12, 24] }),
    jumpRelu({ l0: [0.3, 0.8], bandwidth: 0.5, theta: 0.1 }),
    matryoshka({ k: [12, 24] }),
  ],
  widths: [512],
  seeds: [0, 1, 2],
  training: { tokens: 3_000_000, batchSize: 1024, learningRate: 3e-3 },
  evaluation: { holdout: 0.1, maxTokens: 20_000 },
});
