/**
 * What does the introductory notebook's autoencoder find in the bundled model?
 *
 *     pnpm sweep experiments/notebook-offline.ts
 *
 * The settings are the notebook's. Each prompt is truncated to 128 tokens and gives one activation: its middle token, at the
 * output of layer 5's MLP. All activations are one batch. The loss is mean squared error + 1e-3 · mean|z|. Adam runs at 1e-3
 * throughout, for 1000 epochs, and the SAE is evaluated on what it was trained on. The model and the dataset differ: these are
 * bundled, and the model's width is 128, not 512. `experiments/notebook.ts` uses the notebook's own.
 *
 * Cost: one run, 40 seconds on two cores.
 *
 * Expected: the penalty averages over all 1024 latents, which makes it so weak that about 700 of them stay active. After 1000
 * passes over 3,200 activations nearly everything is explained (.999). The histograms look like the notebook's, but these are
 * not sparse features.
 */
import { reluL1 } from '@sae-lab/relu-l1';
import { defineSweep } from '@sae-lab/sweep';

export default defineSweep({
  name: 'notebook-offline',
  model: '../models/neox-1.7m',
  dataset: { kind: 'jsonl', path: '../models/corpus/public-domain-en.jsonl.gz' },
  hooks: ['blocks.5.hook_mlp_out'],
  activations: { context: 'truncate', maxTokens: 128, tokens: 'middle', prependBos: false },
  variants: [reluL1({ l1: 1e-3, loss: 'notebook' })],
  widths: [1024],
  seeds: [0],
  training: {
    batchSize: 'all',
    epochs: 1000,
    learningRate: 1e-3,
    warmup: 0,
    decay: 0,
    sparsityWarmup: 0,
    normalize: false,
  },
  evaluation: { holdout: 0 },
});
