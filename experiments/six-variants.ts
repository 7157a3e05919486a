/**
 * Question: how do the six variants stand to each other on the small model that ships with the project?
 *
 * Command:  pnpm sweep experiments/six-variants.ts
 *
 * Expected: 36 runs, about 20 minutes on two cores. The order that their papers found, at equal L0: ReLU-L1, Gated,
 * TopK, BatchTopK, with JumpReLU close to the last two; Matryoshka pays for its nested dictionaries. Explained variance
 * on held-out documents, mean ± standard deviation over three seeds:
 *
 *   relu-l1      L0 10.1   .7214 ± .0004      L0 32.5   .8235 ± .0004
 *   gated        L0  7.8   .7327 ± .0005      L0 25.9   .8338 ± .0016
 *   topk         L0 12.0   .7936 ± .0003      L0 24.0   .8487 ± .0006
 *   batch-topk   L0 12.2   .8008 ± .0001      L0 24.4   .8552 ± .0003
 *   jump-relu    L0 14.2   .7833 ± .0011      L0 38.3   .8761 ± .0010
 *   matryoshka   L0 12.2   .7727 ± .0011      L0 24.4   .8302 ± .0014
 *
 * Two things decide whether that order shows. Gated and JumpReLU begin with half of their latents on and need steps: with
 * a third of the tokens both come last. And BatchTopK and JumpReLU choose by size over all rows: where rows differ much
 * in norm, as at `blocks.2.hook_mlp_out` of this model (a factor of 8), TopK is ahead of both.
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
    gated({ l1: [1, 2] }),
    topk({ k: [12, 24] }),
    batchTopk({ k: [12, 24] }),
    jumpRelu({ l0: [0.3, 1] }),
    matryoshka({ k: [12, 24] }),
  ],
  widths: [512],
  seeds: [0, 1, 2],
  training: { tokens: 3_000_000, batchSize: 1024, learningRate: 3e-3 },
  evaluation: { holdout: 0.1 },
});
