/**
 * Question: on the small model that ships with the project, which of three sparse autoencoders reconstructs the
 * MLP's output best at equal sparsity, and does the answer depend on the layer?
 *
 * Command:  pnpm sweep
 *
 * Expected: 18 runs, a minute and a half on two cores. On both layers TopK is ahead at equal L0 (layer 2, L0 20:
 * .83 against .79 for ReLU-L1) and its lead grows as codes get sparser. Gated is last here: it begins with half of
 * its latents on, and 590 steps are few to close the gates. With ten times the tokens it comes to .87 at L0 18, TopK
 * to .90 at 20.
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
  evaluation: { holdout: 0.1, maxTokens: 20_000 },
});
