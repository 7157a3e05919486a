/**
 * Question: when the true directions are known, and there are more of them than dimensions, which variant finds them?
 *
 * Command:  pnpm sweep experiments/superposition.ts
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
    matryoshka({ k: [5, 10] }),
  ],
  widths: [512],
  seeds: [0, 1, 2],
  training: { steps: 1500, batchSize: 1024, learningRate: 3e-3 },
});
