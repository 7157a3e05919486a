/**
 * What does each of the six variants do to its model, and what do its latents mean?
 *
 *     pnpm sweep experiments/evaluated.ts
 *     pnpm evaluate evaluated
 *
 * The first command trains, evaluates and prints the headline figures; the second prints every figure with its 95 % interval
 * over documents.
 */
import { batchTopk } from '@sae-lab/batch-topk';
import { gated } from '@sae-lab/gated';
import { jumpRelu } from '@sae-lab/jump-relu';
import { matryoshka } from '@sae-lab/matryoshka';
import { reluL1 } from '@sae-lab/relu-l1';
import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';

export default defineSweep({
  name: 'evaluated',
  model: '../models/neox-1.7m',
  dataset: { kind: 'jsonl', path: '../models/corpus/public-domain-en.jsonl.gz' },
  hooks: ['blocks.3.hook_resid_post'],
  activations: { context: 'chunk', maxTokens: 128, maxRows: 200_000 },
  variants: [
    reluL1({ l1: [0.7, 1, 2] }),
    gated({ l1: [1, 1.5, 2.5] }),
    topk({ k: [12, 24, 48] }),
    batchTopk({ k: [12, 24, 48] }),
    jumpRelu({ l0: [0.15, 0.3, 1] }),
    matryoshka({ k: [12, 24, 48] }),
  ],
  widths: [512],
  seeds: [0, 1, 2],
  training: { tokens: 300_000, batchSize: 512, learningRate: 3e-3 },
  evaluation: {
    holdout: 0.1,
    also: [
      'reconstruction',
      'ce',
      'geometry',
      'probing',
      'absorption',
      { name: 'features', latents: { densest: 100 } },
    ],
  },
  baselines: ['identity', 'zero', 'mean', { name: 'pca', k: 24 }, { name: 'random', width: 512, k: 24 }],
});
