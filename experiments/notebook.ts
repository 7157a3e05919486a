/**
 * What does the introductory notebook's autoencoder find in Pythia-70m?
 *
 *     pnpm sweep experiments/notebook.ts
 *
 * Model, dataset and settings are the notebook's. Each prompt of pile-10k is truncated to 128 tokens and gives one activation: its
 * middle token, at the output of layer 5's MLP. The SAE has 512 inputs and 1024 latents. All activations are one batch. The loss
 * is mean squared error + 1e-3 · mean|z|. Adam runs at 1e-3 throughout, for 1000 epochs, and the SAE is evaluated on what it was
 * trained on.
 *
 * The model is downloaded from the Hugging Face hub on the first run, and the prompts are read from there.
 * `experiments/notebook-offline.ts` is the same question on the bundled model; its header has the results to expect.
 */
import { reluL1 } from '@sae-lab/relu-l1';
import { defineSweep } from '@sae-lab/sweep';

export default defineSweep({
  name: 'notebook',
  model: 'EleutherAI/pythia-70m-deduped',
  dataset: 'NeelNanda/pile-10k',
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
