/**
 * Question: on the small model that ships with the project, which of three sparse autoencoders reconstructs the
 * MLP's output best at equal sparsity, and does the answer depend on the layer?
 *
 * Command:  pnpm sweep
 *
 * Expected: 54 runs, two and a half minutes on two cores. At equal L0 ReLU-L1 is last on both layers, by more the sparser the code: on
 * layer 2 it explains .65, .79 and .87 of the variance at L0 10, 21 and 57, TopK .83, .87 and .90 at 10, 20 and 40. Its L1
 * penalty shrinks activations (l2 ratio .60 to .77). Gated separates which latents fire from how strongly, and comes close to
 * TopK: .01 below it on layer 2 (.86 at L0 20), level with it on layer 4.
 */
import { gated } from '@sae-lab/gated';
import { reluL1 } from '@sae-lab/relu-l1';
import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';

export default defineSweep({
  name: 'quickstart',
  model: '../models/neox-1.7m',
  dataset: { kind: 'jsonl', path: '../models/corpus/public-domain-en.jsonl.gz' },
  hooks: ['blocks.2.hook_mlp_out', 'blocks.4.hook_mlp_out'],
  activations: { context: 'chunk', maxTokens: 128, maxRows: 200_000 },
  variants: [reluL1({ l1: [1, 2, 4] }), gated({ l1: [1.5, 2.5, 4.5] }), topk({ k: [10, 20, 40] })],
  widths: [1024],
  seeds: [0, 1, 2],
  training: { tokens: 300_000, batchSize: 512, learningRate: 3e-3 },
  evaluation: { holdout: 0.1 },
});
