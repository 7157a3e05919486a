/**
 * Question: what does the introductory notebook's autoencoder find in the shipped model?
 *
 * As in the notebook, each prompt is cut at 128 tokens, one activation is taken from it (of its middle token, at the
 * output of layer 5's MLP), and all activations together are one batch: mean squared error + 1e-3 · mean|z|, Adam
 * with 1e-3 throughout, 1000 epochs, evaluated on what it was trained on. Otherwise than there, the model is 128
 * wide, not 512; the 1024 latents stay as they are.
 *
 * Command:  pnpm sweep experiments/notebook.ts
 *
 * Expected: one run, 40 seconds on two cores. The penalty is so weak, an average over all 1024 latents, that about
 * 700 of them stay on, and with 1000 passes over 3,200 activations nearly everything is explained (.999): the
 * histograms look as in the notebook, but these are no sparse features.
 */
import { reluL1 } from '@sae-lab/relu-l1';
import { defineSweep } from '@sae-lab/sweep';

export default defineSweep({
  name: 'notebook',
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
