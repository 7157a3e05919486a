import { batchTopk } from '@sae-lab/batch-topk';
import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** Two variants over two seeds with a reference, whose latents are described. */
export default defineSweep({
  ...tiny,
  name: 'reported',
  dataset: { ...tiny.dataset, documents: 40 },
  variants: [topk({ k: [4, 16] }), batchTopk({ k: [6, 24] })],
  seeds: [0, 1],
  training: { steps: 60, batchSize: 256 },
  baselines: ['mean'],
  evaluation: { holdout: 0.3, also: ['geometry', { name: 'features', latents: { densest: 40 } }] },
});
