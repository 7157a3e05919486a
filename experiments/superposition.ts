/**
 * Question: when the true directions are known, and there are more of them than dimensions, which variant finds them?
 *
 * Command:  pnpm sweep experiments/superposition.ts
 *
 * Expected: 256 directions in 64 dimensions, 5 of them on in a row. Mean max cosine similarity of the true directions to
 * the decoder's (and the part of them found with more than 0.9), one seed:
 *
 *   relu-l1      l1 1    .995 (1.00)     l1 2   .999 (1.00)
 *   topk         k 5     .999 (1.00)     k 10   .992 (1.00)
 *   batch-topk   k 5     .911 ( .65)     k 10   .957 ( .91)
 *   matryoshka   k 5     .846 ( .48)
 *   jump-relu    l0 0.3  .474 ( .00)     l0 1   .750 ( .15)
 *   gated        l1 1    .430 ( .00)     l1 2   .549 ( .00)
 *
 * ReLU-L1 and TopK find every direction. Gated and JumpReLU are still closing their gates after 1500 steps (L0 33 and
 * 10 where 5 are on), and explained variance does not tell: Gated's is the highest of all, .944 at L0 62.
 */
import { batchTopk } from '@sae-lab/batch-topk';
import { gated } from '@sae-lab/gated';
import { jumpRelu } from '@sae-lab/jump-relu';
import { matryoshka } from '@sae-lab/matryoshka';
import { reluL1 } from '@sae-lab/relu-l1';
import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';

export default defineSweep({
  name: 'superposition',
  dataset: { kind: 'synthetic', features: 256, dIn: 64, active: 5, rows: 200_000 },
  variants: [
    reluL1({ l1: [1, 2] }),
    gated({ l1: [1, 2] }),
    topk({ k: [5, 10] }),
    batchTopk({ k: [5, 10] }),
    jumpRelu({ l0: [0.3, 1], bandwidth: 0.5, theta: 0.1 }),
    matryoshka({ k: [5] }),
  ],
  widths: [512],
  seeds: [0],
  training: { steps: 1500, batchSize: 1024, learningRate: 3e-3 },
});
