import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** Two SAEs of one hook whose latents are described and probed: the documents are of two sources. */
export default defineSweep({
  ...tiny,
  name: 'latents',
  dataset: { ...tiny.dataset, documents: 120 },
  hooks: ['blocks.2.hook_resid_post'],
  activations: { context: 'truncate' as const, maxTokens: 64 },
  variants: [topk({ k: 8 })],
  widths: [128],
  seeds: [0, 1],
  training: { steps: 60, batchSize: 256 },
  evaluation: { holdout: 0.4, also: ['features', 'probing'] },
});
