/**
 * Which of three sparse autoencoders reconstructs an MLP's output best at equal sparsity, and does it depend on the layer?
 *
 *     pnpm sweep
 *
 * Cost: 54 runs, two and a half minutes on two cores.
 *
 * Expected: ReLU-L1 is last on both layers, and falls further behind as codes get sparser. Explained variance on layer 2:
 *
 *   topk      .83 at L0 10   .87 at L0 20   .90 at L0 40
 *   relu-l1   .65 at L0 10   .79 at L0 21   .87 at L0 57
 *
 * The L1 penalty shrinks activations (l2 ratio .60 to .77). Gated separates which latents fire from how strongly they fire, and
 * comes close to TopK: .01 below it on layer 2 (.86 at L0 20), level with it on layer 4.
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
