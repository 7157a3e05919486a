/**
 * Question: on the small model that ships with the project, which of three sparse autoencoders reconstructs the
 * MLP's output best at equal sparsity, and does the answer depend on the layer?
 *
 * Command:  pnpm sweep
 *
 * Expected: 18 runs. At equal L0 the explained variance rises from ReLU-L1 over Gated to TopK.
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
  variants: [reluL1({ l1: [1, 2, 4] }), topk({ k: [10, 20, 40] }), gated({ l1: [2, 4, 8] })],
  widths: [1024],
  seeds: [0],
  training: { tokens: 300_000, batchSize: 512, learningRate: 3e-3 },
  evaluation: { holdout: 0.1, maxTokens: 20_000 },
});
