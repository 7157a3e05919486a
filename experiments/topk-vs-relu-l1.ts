/**
 * At the same number of active latents, does TopK reconstruct better than ReLU-L1?
 *
 *     pnpm sweep experiments/topk-vs-relu-l1.ts
 *
 * The values of k are the L0 that the three L1 coefficients reach, so that the rows pair up.
 *
 * Cost: 18 runs, 80 seconds on two cores.
 *
 * Expected: yes. Explained variance on held-out documents, mean ± standard deviation over three seeds:
 *
 *   L0        TopK              ReLU-L1
 *   10        .8259 ± .0003     .6524 ± .0049
 *   21        .8706 ± .0007     .7879 ± .0020
 *   58        .9179 ± .0004     .8675 ± .0004
 */
import { reluL1 } from '@sae-lab/relu-l1';
import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';

export default defineSweep({
  name: 'topk-vs-relu-l1',
  model: '../models/neox-1.7m',
  dataset: { kind: 'jsonl', path: '../models/corpus/public-domain-en.jsonl.gz' },
  hooks: ['blocks.2.hook_mlp_out'],
  activations: { context: 'chunk', maxTokens: 128, maxRows: 200_000 },
  variants: [reluL1({ l1: [1, 2, 4] }), topk({ k: [10, 21, 59] })],
  widths: [1024],
  seeds: [0, 1, 2],
  training: { tokens: 300_000, batchSize: 512, learningRate: 3e-3 },
  evaluation: { holdout: 0.1 },
});
